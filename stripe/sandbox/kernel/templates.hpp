// The initial form of each object: every field that Stripe always sends.
#pragma once
#include <string_view>

#include "stripe/sandbox/kernel/json.hpp"

namespace tollgate::sandbox {

extern const char* const balance_transaction_template;
extern const char* const card_template;
extern const char* const charge_template;
extern const char* const checkout_session_template;
extern const char* const coupon_template;
extern const char* const customer_template;
extern const char* const dispute_template;
extern const char* const event_template;
extern const char* const invoice_template;
extern const char* const invoice_payment_template;
extern const char* const invoiceitem_template;
extern const char* const item_template;
extern const char* const line_item_template;
extern const char* const payment_intent_template;
extern const char* const payment_link_template;
extern const char* const payment_method_template;
extern const char* const payout_template;
extern const char* const plan_template;
extern const char* const price_template;
extern const char* const product_template;
extern const char* const promotion_code_template;
extern const char* const refund_template;
extern const char* const subscription_template;
extern const char* const subscription_item_template;

// A new object with that name ("checkout.session") and no values. The name must be one of those
// above; any other is a bug.
json blank(std::string_view object);

}  // namespace tollgate::sandbox
