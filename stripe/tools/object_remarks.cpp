#include "stripe/tools/object_remarks.hpp"

#include <optional>

#include "base/json_text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/state/subjects.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using tenancy::state_kind;

constexpr std::size_t remark_value_bytes = 160;

bool asks_about(const given_arguments& given, state_kind kind) {
    return (states_of(given.called()) & bit(kind)) != 0;
}

std::string amount_words(std::int64_t amount, std::string_view currency) {
    auto text = format_amount(amount, currency);
    return text.empty() ? std::to_string(amount) : text;
}

// The amount that the call names; nullopt: it names none, so that it takes all that is left.
std::optional<std::int64_t> amount_named(const given_arguments& given) {
    std::int64_t out = 0;
    const auto value = given.find("amount");
    if (!value || value->get(out) != simdjson::SUCCESS) return {};
    return out;
}

std::string refund_remark(const given_arguments& given, const tenancy::state_facts& state) {
    const auto words = [&](std::int64_t amount) { return amount_words(amount, state.currency); };
    const std::int64_t rest = *state.remaining;
    if (rest <= 0) return "Nothing of it can be refunded any more.";
    const std::string left =
        words(rest) + (state.total ? " of " + words(*state.total) : std::string{});
    const auto asked = amount_named(given);
    if (!asked) return "The call refunds all that is left: " + left + '.';
    if (*asked > rest)
        return "The call refunds " + words(*asked) + ", but only " + left +
               " can still be refunded.";
    return "The call refunds " + words(*asked) + "; " + left + " can still be refunded.";
}

bool is_scalar(dom::element value) {
    return !value.is_object() && !value.is_array();
}

// A value on one line, with invisible characters visible and secrets masked.
std::string value_words(dom::element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return simdjson::minify(value);
    flat_text out{remark_value_bytes};
    out.put_string(mask_secrets(base::clipped_text(text, remark_value_bytes)));
    return std::string{out.view()};
}

// The arguments of an update that replace a value which is shown.
void add_replaced(const given_arguments& given, dom::object shown, std::vector<std::string>& out) {
    for (const auto& one : given.all()) {
        dom::element present;
        if (out.size() >= object_remarks_max) return;
        if (!is_scalar(one.value) || shown[one.name].get(present) != simdjson::SUCCESS ||
            !is_scalar(present) || one.name == "id")
            continue;
        const auto before = value_words(present);
        const bool same = before == value_words(one.value);
        out.push_back(std::string(one.name) + " is " + before + " now" +
                      (same ? ", as the call would set it." : "."));
    }
}

}  // namespace

std::vector<std::string> object_remarks(const given_arguments& given,
                                        const tenancy::state_facts& state, dom::object shown) {
    std::vector<std::string> out;
    if (asks_about(given, state_kind::remaining) && state.remaining)
        out.push_back(refund_remark(given, state));
    if (asks_about(given, state_kind::capturable) && state.capturable)
        out.emplace_back(*state.capturable ? "It can still be captured."
                                           : "It cannot be captured any more.");
    bool disputed = false;
    if (shown["disputed"].get(disputed) == simdjson::SUCCESS && disputed)
        out.emplace_back("Its customer disputes this payment at the bank.");
    if (given.called().kind() == tenancy::method::update) add_replaced(given, shown, out);
    return out;
}

}  // namespace tollgate::stripe
