#include "stripe/sandbox/kernel/templates.hpp"

#include <map>
#include <stdexcept>

namespace tollgate::sandbox {
namespace {

std::map<std::string_view, json> parse_all() {
    const std::pair<std::string_view, const char*> all[] = {
        {"balance_transaction", balance_transaction_template},
        {"card", card_template},
        {"charge", charge_template},
        {"checkout.session", checkout_session_template},
        {"coupon", coupon_template},
        {"customer", customer_template},
        {"dispute", dispute_template},
        {"event", event_template},
        {"invoice", invoice_template},
        {"invoice_payment", invoice_payment_template},
        {"invoiceitem", invoiceitem_template},
        {"item", item_template},
        {"line_item", line_item_template},
        {"payment_intent", payment_intent_template},
        {"payment_link", payment_link_template},
        {"payment_method", payment_method_template},
        {"payout", payout_template},
        {"plan", plan_template},
        {"price", price_template},
        {"product", product_template},
        {"promotion_code", promotion_code_template},
        {"refund", refund_template},
        {"subscription", subscription_template},
        {"subscription_item", subscription_item_template},
    };
    std::map<std::string_view, json> out;
    for (const auto& [name, text] : all) out.emplace(name, json::parse(text));
    return out;
}

}  // namespace

json blank(std::string_view object) {
    static const auto templates = parse_all();
    const auto found = templates.find(object);
    if (found == templates.end()) throw std::logic_error("no template: " + std::string(object));
    return found->second;
}

}  // namespace tollgate::sandbox
