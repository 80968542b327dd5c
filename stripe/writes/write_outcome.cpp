#include "stripe/writes/write_outcome.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "stripe/answer/text.hpp"
#include "tenancy/receipts/receipt_rules.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using storage::receipt_outcome;
using storage::receipt_state;

constexpr std::size_t word_max = 64;
constexpr std::size_t id_max = 255;
// The members that may hold an object's amount; the first one present is used.
constexpr std::array<const char*, 4> amounts{"amount", "amount_total", "amount_due", "total"};

// True for a text of Stripe's that is not free text.
bool is_name_or_id(std::string_view text, std::size_t size_max) {
    return !text.empty() && text.size() <= size_max && std::ranges::all_of(text, [](char c) {
        return base::is_word_character(c) || c == '.' || c == '-';
    });
}

std::string word_in(dom::object from, const char* key, std::size_t size_max = word_max) {
    std::string_view text;
    if (from[key].get(text) != simdjson::SUCCESS || !is_name_or_id(text, size_max)) return {};
    return mask_secrets(text);
}

bool read_object(const upstream_response& answer, dom::parser& parser, dom::object& out) {
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    return parser.parse(answer.body.data(), answer.body.size(), !padded).get(out) ==
           simdjson::SUCCESS;
}

void read_made(dom::object object, receipt_outcome& out) {
    out.object = word_in(object, "object");
    out.object_id = word_in(object, "id", id_max);
    out.currency = word_in(object, "currency");
    for (const auto* name : amounts) {
        std::int64_t amount = 0;
        if (object[name].get(amount) != simdjson::SUCCESS) continue;
        out.amount = amount;
        break;
    }
}

void read_success(const upstream_response& answer, dom::parser& parser, receipt_outcome& out) {
    dom::object object;
    if (read_object(answer, parser, object)) read_made(object, out);
}

std::string status_code(const upstream_response& answer) {
    return "http_" + std::to_string(answer.status);
}

void read_failure(const upstream_response& answer, dom::parser& parser, receipt_outcome& out) {
    dom::object body;
    dom::object error;
    if (read_object(answer, parser, body) && body["error"].get(error) == simdjson::SUCCESS) {
        out.error_code = word_in(error, "code");
        if (out.error_code.empty()) out.error_code = word_in(error, "type");
    }
    if (out.error_code.empty()) out.error_code = status_code(answer);
}

receipt_outcome unanswered(const base::failure& why) {
    receipt_outcome out;
    out.state = is_unsent(why) ? receipt_state::failed : receipt_state::unknown;
    out.error_code = why.code;
    return out;
}

}  // namespace

std::string request_id_of(const upstream_response& answer) {
    const auto id = answer.header("request-id");
    return is_name_or_id(id, id_max) ? mask_secrets(id) : std::string{};
}

receipt_outcome outcome_of(const base::result<upstream_response>& sent, api_host asked,
                           dom::parser& parser) {
    if (!sent) return unanswered(sent.error());
    receipt_outcome out;
    out.status = sent->status;
    out.request_id = request_id_of(*sent);
    if (sent->status >= 200 && sent->status < 300) {
        out.state = receipt_state::succeeded;
        read_success(*sent, parser, out);
        return out;
    }
    read_failure(*sent, parser, out);
    constexpr unsigned dependency_failed = 424;
    bool refused = sent->status >= 400 && sent->status < 500 && sent->status != dependency_failed;
    const bool waits = out.error_code == tenancy::waits_at_stripe;
    if (asked != api_host::service)
        refused = refused && !waits && out.error_code != "idempotency_key_in_use";
    else if (waits)
        out.error_code = status_code(*sent);
    out.state = refused ? receipt_state::failed : receipt_state::unknown;
    return out;
}

receipt_outcome made(dom::object object) {
    receipt_outcome out;
    out.state = receipt_state::succeeded;
    read_made(object, out);
    return out;
}

receipt_outcome unread(const base::result<upstream_response>& answer, dom::parser& parser) {
    receipt_outcome out;
    out.state = receipt_state::unknown;
    if (answer)
        read_failure(*answer, parser, out);
    else
        out.error_code = answer.error().code;
    return out;
}

receipt_outcome outcome_of_repeat(receipt_outcome attempt) {
    if (attempt.state == receipt_state::failed) attempt.state = receipt_state::unknown;
    return attempt;
}

}  // namespace tollgate::stripe
