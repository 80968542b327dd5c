#include "stripe/request/id_kinds.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "stripe/request/argument_path.hpp"

namespace tollgate::stripe {

namespace {

struct id_kind_names {
    std::string_view object;
    std::string_view prefix;
};

// Objects whose ids Stripe generates, always with one of these prefixes. Coupons, products and
// promotion codes are not listed, because merchants choose their ids.
constexpr std::array<id_kind_names, 19> kinds{{{"charge", "ch_"},
                                               {"charge", "py_"},
                                               {"customer", "cus_"},
                                               {"dispute", "dp_"},
                                               {"dispute", "du_"},
                                               {"invoice", "in_"},
                                               {"payment_intent", "pi_"},
                                               {"payment_link", "plink_"},
                                               {"payment_method", "pm_"},
                                               {"payout", "po_"},
                                               {"price", "price_"},
                                               {"quote", "qt_"},
                                               {"refund", "re_"},
                                               {"refund", "pyr_"},
                                               {"setup_intent", "seti_"},
                                               {"subscription", "sub_"},
                                               {"subscription_schedule", "sub_sched_"},
                                               {"transfer", "tr_"},
                                               {"balance_transaction", "txn_"}}};

// Only kinds whose every id has a known prefix can refuse others: old subscriptions, other kinds of
// payment methods, and customers under another name are passed to Stripe.
bool is_strict(std::string_view object) {
    constexpr std::array<std::string_view, 9> strict{"charge",  "customer",       "dispute",
                                                     "invoice", "payment_intent", "payout",
                                                     "refund",  "setup_intent",   "subscription"};
    return std::ranges::find(strict, object) != strict.end();
}

// "charges" -> "charge", "payment_intents" -> "payment_intent".
std::string_view singular(std::string_view segment) {
    if (segment.ends_with('s')) segment.remove_suffix(1);
    return segment;
}

// What a path argument identifies, according to the segment before it.
std::string_view kind_in_path(const operation& called, std::string_view name) {
    std::string_view before;
    for (const auto& segment : called.segments()) {
        if (segment.is_parameter && segment.view() == name) return singular(before);
        before = segment.view();
    }
    return {};
}

std::string_view wanted_kind(const operation& called, const parameter& as) {
    if (as.place() == place::path) return kind_in_path(called, as.name());
    return as.type() == value_type::string ? as.name() : std::string_view{};
}

std::string in_words(std::string_view object) {
    std::string out{object};
    std::ranges::replace(out, '_', ' ');
    return out;
}

base::failure refused(const operation& called, const parameter& as, std::string_view wanted,
                      std::string_view id, std::string_view is) {
    const std::string name{as.name()};
    std::string message = '\'' + name + "' takes the id of a " + in_words(wanted) + ", and '" +
                          clipped(id) + "' is the id of a " + in_words(is) + "; ";
    const auto* const other = called.find_parameter(is);
    if (other != nullptr && other->documented() && other->place() != place::path)
        message += "give it as '" + std::string(is) + "'";
    else
        message += "read that object first: it names its " + in_words(wanted);
    return base::invalid("invalid_value", std::move(message), name);
}

}  // namespace

std::string_view kind_of_id(std::string_view id) {
    const id_kind_names* found = nullptr;
    for (const auto& one : kinds)
        if (id.size() > one.prefix.size() && id.starts_with(one.prefix) &&
            (found == nullptr || one.prefix.size() > found->prefix.size()))
            found = &one;
    return found == nullptr ? std::string_view{} : found->object;
}

std::optional<base::failure> id_of_another_kind(const given_arguments& given) {
    const auto& called = given.called();
    if (!called.path_template().starts_with("/v1/")) return {};
    for (const auto& each : given.all()) {
        std::string_view id;
        if (each.as == nullptr || each.value.get(id) != simdjson::SUCCESS) continue;
        const auto wanted = wanted_kind(called, *each.as);
        const auto is = kind_of_id(id);
        if (is.empty() || is == wanted || !is_strict(wanted)) continue;
        return refused(called, *each.as, wanted, id, is);
    }
    return {};
}

}  // namespace tollgate::stripe
