#include "stripe/finder/vocabulary.hpp"

namespace tollgate::stripe {

namespace {

constexpr hint hinted[] = {
    {"list_all_stripe_invoices", "late overdue unpaid open outstanding owe bills due"},
    {"search_all_stripe_invoices", "overdue unpaid open total above"},
    {"list_all_stripe_charges", "failed declined latest recent sales payments"},
    {"search_all_stripe_charges", "failed declined status last4 metadata order"},
    {"search_all_stripe_payment_intents", "failed payments status metadata order"},
    {"get_single_stripe_charge_by_id", "failed declined reason outcome why"},
    {"list_all_stripe_disputes", "open respond answer deadline contested lost won"},
    {"get_single_stripe_dispute_by_id", "case reason evidence deadline"},
    {"update_a_stripe_dispute_by_id", "respond submit evidence answer fight"},
    {"close_a_stripe_dispute_by_id", "accept lost give up"},
    {"create_a_stripe_refund", "money back half part return amount order"},
    {"list_all_stripe_refunds", "refunded reason last month total"},
    {"list_all_stripe_subscriptions", "active past due canceled trial renew churn customers"},
    {"update_a_stripe_subscription_by_id",
     "upgrade downgrade change plan seats quantity period end"},
    {"cancel_a_stripe_subscription_by_id", "end stop now immediately"},
    {"create_a_stripe_subscription", "start monthly yearly plan recurring"},
    {"get_single_stripe_balance_by_id", "money available pending funds have"},
    {"list_all_stripe_payouts", "next failed bank arrive when deposit"},
    {"create_a_stripe_payout", "send money bank account withdraw"},
    {"list_all_stripe_balance_transactions", "fees payout net ledger made of transactions"},
    {"update_a_stripe_balance_settings_by_id", "payout schedule daily weekly often"},
    {"create_a_stripe_checkout_session", "payment page pay hosted"},
    {"list_all_stripe_checkout_sessions", "abandoned expired completed carts"},
    {"create_a_stripe_payment_link", "link pay share"},
    {"create_a_stripe_payment_intent", "collect charge take payment dollars euros"},
    {"capture_a_stripe_payment_intent_by_id", "authorized authorised hold take money"},
    {"create_a_stripe_setup_intent", "save card later without charging"},
    {"list_all_stripe_customers", "email clients buyers"},
    {"search_all_stripe_customers", "email name phone find"},
    {"create_a_stripe_customer", "add new register client"},
    {"list_all_stripe_customer_payment_methods", "saved cards"},
    {"create_a_stripe_invoice", "bill customer"},
    {"create_a_stripe_invoiceitem", "add line item position"},
    {"add_lines_a_stripe_invoice_by_id", "add line item draft"},
    {"send_a_stripe_invoice_by_id", "email mail"},
    {"mark_uncollectible_a_stripe_invoice_by_id", "write off bad debt"},
    {"pay_a_stripe_invoice_by_id", "charge now collect outside paid"},
    {"create_a_stripe_invoice_preview", "next upcoming"},
    {"create_a_stripe_coupon", "discount percent amount off"},
    {"create_a_stripe_promotion_code", "promo discount code"},
    {"list_all_stripe_promotion_codes", "discount codes promo"},
    {"list_all_stripe_products", "sell catalog catalogue"},
    {"update_a_stripe_product_by_id", "archive rename deactivate"},
    {"create_a_stripe_price", "cost set change amount product"},
    {"list_all_stripe_events", "happened recent recently history log audit"},
    {"list_all_stripe_accounts", "connected sellers merchants"},
    {"create_a_stripe_account_link", "onboard onboarding seller"},
    {"get_single_stripe_current_account_by_id", "own our details settings business"},
    {"create_a_stripe_transfer", "send money connected account seller"},
    {"create_a_stripe_billing_portal_session", "manage themselves self service"},
    {"list_all_stripe_reviews", "flagged suspicious manual"},
    {"create_a_stripe_radar_value_list_item", "block email card customer"},
    {"update_a_stripe_issuing_card_by_id", "freeze block lost stolen activate"},
    {"create_a_stripe_issuing_card", "employee virtual physical company issue"},
    {"list_all_stripe_issuing_transactions", "purchases spent company cards"},
    {"list_all_stripe_issuing_authorizations", "declined approved company cards"},
    {"create_a_stripe_billing_meter_event", "record report usage metered"},
    {"list_all_stripe_billing_meter_event_summaries", "usage customer month"},
    {"advance_a_stripe_test_clock_by_id", "simulate time"},
    {"create_a_stripe_reporting_report_run", "run financial report"},
    {"create_a_stripe_financial_connections_session", "link bank account"},
    {"create_a_stripe_identity_verification_session", "verify passport document"},
    {"list_all_stripe_entitlements_active_entitlements", "features access customer"},
    {"get_single_stripe_payment_method_by_id", "card expire brand"},
    {"detach_a_stripe_payment_method_by_id", "remove delete saved card"},
    {"list_all_stripe_payment_method_configurations", "enabled switched on"},
};

}  // namespace

std::span<const hint> hints() {
    return hinted;
}

}  // namespace tollgate::stripe
