#include "tenancy/policy/state_checks.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "tenancy/policy/scalar_value.hpp"

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;
using found_violation = std::optional<violation>;

// Arguments that name the object to which money goes or from which it comes; also with "_id".
constexpr std::array<std::string_view, 16> object_names{"card",
                                                        "charge",
                                                        "confirmation_token",
                                                        "connected_account",
                                                        "customer",
                                                        "customer_account",
                                                        "destination",
                                                        "destination_payment_method",
                                                        "financial_account",
                                                        "id",
                                                        "intent",
                                                        "invoice",
                                                        "payment_intent",
                                                        "payment_method",
                                                        "source",
                                                        "source_transaction"};

violation not_known(std::string why) {
    if (why.empty()) why = "Stripe's answer does not say it.";
    return {
        .reason = "A rule must know the present state at Stripe, and it could not be read: " + why,
        .remedy = "The call may be made again when the state can be read.",
        .not_known = true};
}

std::string sum_text(std::int64_t amount, const std::string& currency) {
    return std::to_string(amount) + ' ' + currency;
}

found_violation check_remaining(const call_facts& call, const state_facts& facts) {
    if (!facts.unreadable.empty() || !facts.remaining) return not_known(facts.unreadable);
    const auto left = *facts.remaining;
    const std::string remedy = left > 0
                                   ? "At most " + sum_text(left, facts.currency) +
                                         " (in the smallest unit of the currency) can be refunded."
                                   : "";
    if (left <= 0) return violation{"Nothing of the payment remains to be refunded.", remedy};
    dom::element given;
    if (call.arguments.at_key("amount").get(given) != simdjson::SUCCESS || given.is_null())
        return {};
    const auto asked = rounded_up(given);
    if (!asked) return violation{"'amount' must be a number.", remedy};
    if (*asked <= left) return {};
    return violation{"'amount' is " + std::to_string(*asked) + ", and " +
                         sum_text(left, facts.currency) + " of the payment remain to be refunded.",
                     remedy};
}

found_violation check_age(const oldest_object& when, const call_facts& call,
                          const state_facts& facts) {
    if (!facts.unreadable.empty() || !facts.created) return not_known(facts.unreadable);
    if (call.now - *facts.created <= std::chrono::hours{24 * when.days}) return {};
    return violation{"The object was created on " + base::format_timestamp(*facts.created) +
                         ", and it may be at most " + std::to_string(when.days) + " days old.",
                     {}};
}

found_violation check_dispute(const state_facts& facts) {
    if (!facts.open_dispute)
        return not_known(facts.disputes_unreadable.empty() ? facts.unreadable
                                                           : facts.disputes_unreadable);
    if (!*facts.open_dispute) return {};
    return violation{"The payment has an open dispute.", "The dispute must be closed first."};
}

found_violation check_capturable(const state_facts& facts) {
    if (!facts.unreadable.empty() || !facts.capturable) return not_known(facts.unreadable);
    if (*facts.capturable) return {};
    return violation{"The payment does not wait for its capture.",
                     "Only a payment that was authorized and is neither captured nor cancelled can "
                     "be captured."};
}

struct state_checker {
    const call_facts& call;
    const state_facts& facts;

    found_violation operator()(const refundable_rest& /*when*/) const {
        return check_remaining(call, facts);
    }
    found_violation operator()(const closed_disputes& /*when*/) const {
        return check_dispute(facts);
    }
    found_violation operator()(const oldest_object& when) const {
        return check_age(when, call, facts);
    }
    found_violation operator()(const waiting_capture& /*when*/) const {
        return check_capturable(facts);
    }
    template <typename Other>
    found_violation operator()(const Other& /*when*/) const {
        return {};
    }
};

// An amount as it counts: 500, "500" and 500.0 are equal.
std::string amount_text(const dom::element& value) {
    if (const auto number = rounded_up(value)) return std::to_string(*number);
    return text_of(value).value_or(simdjson::minify(value));
}

// The name under which an argument names an object, without "_id"; empty if it names none.
std::string_view object_name(std::string_view name) {
    constexpr std::string_view suffix = "_id";
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return std::ranges::find(object_names, name) != object_names.end() ? name : std::string_view{};
}

// What two calls have in common that repeat each other.
std::string common_part(const dom::object& arguments) {
    std::string amount = "all";
    std::string currency;
    std::vector<std::string> objects;
    for (const auto member : arguments) {
        if (member.value.is_null()) continue;
        const bool is_amount = member.key == "amount" || member.key == "amount_to_capture";
        if (is_amount) amount = amount_text(member.value);
        if (member.key == "currency") currency = base::to_lower(text_of(member.value).value_or(""));
        if (const auto name = object_name(member.key); !name.empty())
            objects.push_back(std::string(name) + '=' +
                              text_of(member.value).value_or(simdjson::minify(member.value)));
    }
    std::ranges::sort(objects);
    std::string out = amount + '\n' + currency;
    for (const auto& one : objects) out += '\n' + one;
    return out;
}

// The same where nothing is known of the arguments: the tool, and all that its caller chose.
std::string whole_call(const call_facts& call) {
    std::vector<std::string> given;
    for (const auto member : call.arguments)
        if (!member.value.is_null() && member.key != "operation_key")
            given.push_back(std::string(member.key) + '=' +
                            text_of(member.value).value_or(simdjson::minify(member.value)));
    std::ranges::sort(given);
    std::string out{call.tool};
    for (const auto& one : given) out += '\n' + std::to_string(one.size()) + ':' + one;
    return out;
}

}  // namespace

std::optional<state_kind> state_of(const condition& when) {
    if (std::holds_alternative<refundable_rest>(when)) return state_kind::remaining;
    if (std::holds_alternative<closed_disputes>(when)) return state_kind::dispute;
    if (std::holds_alternative<oldest_object>(when)) return state_kind::age;
    if (std::holds_alternative<waiting_capture>(when)) return state_kind::capturable;
    if (std::holds_alternative<repeat_limit>(when)) return state_kind::repeat;
    return {};
}

std::string_view cost_of(state_kind kind) noexcept {
    switch (kind) {
        case state_kind::dispute:
            return "the disputes of the payment, one request to Stripe";
        case state_kind::repeat:
            return "the gateway's own records, no request to Stripe";
        default:
            return "the object that the call is about, one request to Stripe for all such rules";
    }
}

std::optional<violation> check_state(const condition& when, const call_facts& call,
                                     const state_facts& facts) {
    return std::visit(state_checker{call, facts}, when);
}

storage::cap_claim repeat_claim(const ready_rule& one, const repeat_limit& limit,
                                const call_facts& call) {
    const auto owner = limit.per == layer::server    ? call.server_id
                       : limit.per == layer::account ? call.account_id
                                                     : call.team_id;
    const auto place = limit.window.at(call.now);
    const auto digest =
        base::sha256(call.compares_all ? whole_call(call) : common_part(call.arguments));
    return {one.counted_as + std::string(owner) + '|' + base::hex(base::as_view(digest)),
            {},
            1,
            std::numeric_limits<std::int64_t>::max(),
            place.slice,
            place.from};
}

violation repeat_violation(const repeat_limit& limit) {
    return {
        "An equal write (amount, currency and the objects it names; of a service, all arguments) "
        "was made, or may have been, "
        "in the last " +
            std::to_string(limit.minutes) + " minutes.",
        "Find out with get_receipt whether that call was this one."};
}

}  // namespace tollgate::tenancy
