#include "stripe/tools/order_rules.hpp"

#include "stripe/answer/own_error.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/money.hpp"

namespace tollgate::stripe {

namespace {

std::string days_words(base::timestamp created, base::timestamp now) {
    return std::to_string(std::chrono::floor<std::chrono::days>(now - created).count()) +
           " days old";
}

std::string refundable_words(refund_time at) {
    return "Refunds are made of what is at most " + std::to_string(at.age_max.count()) +
           " days old.";
}

}  // namespace

std::string money_words(std::int64_t amount, std::string_view currency) {
    auto out = format_amount(amount, currency);
    if (out.empty())
        out = std::to_string(amount) + " of the smallest unit of " + std::string(currency);
    return out;
}

std::optional<broken_rule> broken_by_order(const tenancy::order_refund& asked,
                                           const storage::order_row& order, refund_time at) {
    const auto& link = asked.link;
    const std::string name = "The order " + order.id;
    if (order.customer_id != asked.customer_id)
        return broken_rule{"order_owner", name + " is not an order of that customer.",
                           "get_order_history shows the customer's orders."};
    if (order.payment_id != link.payment_id)
        return broken_rule{"order_owner", name + " was paid by another payment."};
    if (order.status == storage::order_status::refunded)
        return broken_rule{"order_status", name + " is refunded already."};
    if (at.now - order.created_at > at.age_max)
        return broken_rule{"order_age", name + " is " + days_words(order.created_at, at.now) + '.',
                           refundable_words(at)};
    if (order.currency != link.currency)
        return broken_rule{"order_currency",
                           name + " is in " + order.currency + ", not in " + link.currency + '.',
                           "A refund has the currency of its order."};
    const auto rest = order.amount - order.refunded;
    if (link.amount > 0 && link.amount <= rest) return {};
    if (rest <= 0)
        return broken_rule{"order_remaining",
                           "Nothing remains to be refunded of the order " + order.id + '.'};
    return broken_rule{
        "order_remaining",
        "A refund of " + money_words(link.amount, order.currency) + " of the order " + order.id +
            " is not possible.",
        "More than nothing and at most " + money_words(rest, order.currency) + " can be refunded."};
}

std::optional<broken_rule> broken_by_payment(const tenancy::order_refund& asked,
                                             const tenancy::state_facts& state, refund_time at) {
    const auto& link = asked.link;
    const std::string name = "The payment " + link.payment_id;
    if (!state.unreadable.empty())
        return broken_rule{
            "order_remaining", name + " could not be read: " + state.unreadable, {}, state.passing};
    if (!state.disputes_unreadable.empty())
        return broken_rule{"order_dispute",
                           "Whether " + link.payment_id +
                               " is in dispute could not be read: " + state.disputes_unreadable,
                           {},
                           state.passing};
    if (!state.open_dispute || *state.open_dispute)
        return broken_rule{"order_dispute",
                           name + " is in dispute: refunding it could pay the customer twice.",
                           "The dispute is to be answered or accepted instead."};
    if (!state.created || at.now - *state.created > at.age_max)
        return broken_rule{"order_age",
                           name + " is " +
                               (state.created ? days_words(*state.created, at.now)
                                              : std::string("of unknown age")) +
                               '.',
                           refundable_words(at)};
    if (!state.remaining)
        return broken_rule{"order_remaining",
                           "Stripe does not say what remains of " + link.payment_id + '.'};
    if (state.currency != link.currency && !(*state.remaining == 0 && state.currency.empty()))
        return broken_rule{"order_currency", name + " is in " + state.currency +
                                                 " at Stripe, and " + "the order in " +
                                                 link.currency + '.'};
    if (*state.remaining == 0)
        return broken_rule{"order_remaining",
                           "Nothing remains to be refunded of " + link.payment_id + " at Stripe."};
    if (link.amount <= *state.remaining) return {};
    return broken_rule{"order_remaining",
                       "Of " + link.payment_id + ", " +
                           money_words(*state.remaining, link.currency) +
                           " remain to be refunded at Stripe, not " +
                           money_words(link.amount, link.currency) + '.',
                       "At most that can be refunded."};
}

std::string broken_text(const broken_rule& why) {
    std::string next = "Nothing was sent.";
    if (why.passing) next += " The same call may work later.";
    if (!why.remedy.empty()) next += ' ' + why.remedy;
    return own_error_text("order_policy", why.rule, mask_secrets(why.reason), mask_secrets(next));
}

}  // namespace tollgate::stripe
