// Any answer of Stripe, any fields, any budget: what comes out is one whole JSON object within the
// budget, the same on every run, without a secret.
#include <algorithm>

#include "fuzz.hpp"
#include "stripe/answer/success.hpp"
#include "stripe/answer/tokens.hpp"
#include "stripe/request/cursor_seal.hpp"

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

class plain_cursors final : public cursor_maker {
public:
    std::string seal(const page_cursor& where) const override {
        return "tgc_" + std::to_string(where.token.size()) + "_" + std::to_string(where.skip);
    }
};

constexpr const char* tools[] = {"list_all_stripe_charges", "search_all_stripe_customers",
                                 "get_single_stripe_invoice_by_id", "create_a_stripe_refund"};

// Of small budgets, what stands in front may be more than there is.
constexpr std::uint64_t least_checked = 4000;

}  // namespace

// Two bytes of choices, a byte of rows to skip, a line of fields, then Stripe's body. The whole
// input is a cursor, too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const cursor_seal seal{base::secret{std::string(32, 'k')}};
    const auto all = fuzz::text_of(data, size);
    const cursor_binding binding{"team", "ia_1|", "tool", "/v1/x"};
    fuzz::require(!seal.open(all, binding).has_value(), "no made-up cursor opens");
    const page_cursor own{std::string(all.substr(0, 200)), data[2]};
    const auto opened = seal.open(seal.seal(own, binding), binding);
    fuzz::require(opened && opened->token == own.token && opened->skip == own.skip,
                  "what was sealed opens");

    std::string_view rest = fuzz::text_of(data + 3, size - 3);
    std::vector<std::string> fields;
    auto line = fuzz::take_until(rest, '\n');
    while (!line.empty()) {
        const auto comma = std::min(line.find(','), line.size());
        // The gateway lets no other names through.
        const auto name = line.substr(0, comma);
        const bool plain = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; });
        if (comma > 0 && plain) fields.emplace_back(name);
        line.remove_prefix(std::min(comma + 1, line.size()));
    }
    upstream_response answer;
    answer.status = 200;
    answer.body = fuzz::padded(rest);
    const plain_cursors cursors;
    answer_rules rules;
    rules.raw = (data[0] & 1U) != 0;
    rules.redact = static_cast<tenancy::redaction_set>((data[0] >> 1U) & 31U);
    rules.tokens_max = 500 + std::uint64_t{data[1]} * 40;
    rules.fields = fields;
    const answer_place place{{"token", data[2] % 4U}, &cursors};
    const auto& called = *find_operation(tools[data[0] >> 6U]);
    simdjson::dom::parser parser;
    const auto text = success_text(called, answer, rules, place, {}, parser);
    if (!text) return 0;
    fuzz::require(text == success_text(called, answer, rules, place, {}, parser),
                  "equal answers give equal bytes");
    simdjson::dom::object object;
    const std::string padded = fuzz::padded(*text);
    fuzz::require(
        parser.parse(padded.data(), padded.size(), false).get(object) == simdjson::SUCCESS,
        "the text is a JSON object");
    fuzz::require(rules.tokens_max < least_checked ||
                      estimate_tokens(*text) <= rules.tokens_max + rules.tokens_max / 4,
                  "the budget is kept");
    return 0;
}
