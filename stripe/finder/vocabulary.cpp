#include "stripe/finder/vocabulary.hpp"

#include <array>

namespace tollgate::stripe {

namespace {

using tenancy::method;

// Sorted, so that of two that fit the longer one stands behind.
constexpr id_prefix prefixes[] = {
    {"acct_", "account", "accounts"},
    {"alrt_", "billing alert", "billing/alerts"},
    {"ba_", "bank account", "bank_accounts"},
    {"bpc_", "billing portal configuration", "billing_portal/configurations"},
    {"card_", "card", "cards"},
    {"cbtxn_", "customer balance transaction", "balance_transactions"},
    {"ch_", "charge", "charges"},
    {"climorder_", "climate order", "climate/orders"},
    {"clock_", "test clock", "test_helpers/test_clocks"},
    {"cn_", "credit note", "credit_notes"},
    {"credgr_", "billing credit grant", "billing/credit_grants"},
    {"cs_", "checkout session", "checkout/sessions"},
    {"ctoken_", "confirmation token", "confirmation_tokens"},
    {"cus_", "customer", "customers"},
    {"di_", "discount", "discounts"},
    {"dp_", "dispute", "disputes"},
    {"du_", "dispute", "disputes"},
    {"ed_", "event destination", "event_destinations"},
    {"evt_", "event", "events"},
    {"fa_", "treasury financial account", "treasury/financial_accounts"},
    {"fca_", "financial connections account", "financial_connections/accounts"},
    {"fcsess_", "financial connections session", "financial_connections/sessions"},
    {"feat_", "entitlements feature", "entitlements/features"},
    {"fee_", "application fee", "application_fees"},
    {"file_", "file", "files"},
    {"fr_", "application fee refund", "refunds"},
    {"frr_", "report run", "reporting/report_runs"},
    {"iauth_", "issuing authorization", "issuing/authorizations"},
    {"ibt_", "treasury inbound transfer", "treasury/inbound_transfers"},
    {"ic_", "issuing card", "issuing/cards"},
    {"ich_", "issuing cardholder", "issuing/cardholders"},
    {"idp_", "issuing dispute", "issuing/disputes"},
    {"ii_", "invoiceitem", "invoiceitems"},
    {"il_", "invoice line item", "lines"},
    {"in_", "invoice", "invoices"},
    {"inpay_", "invoice payment", "invoice_payments"},
    {"ipi_", "issuing transaction", "issuing/transactions"},
    {"issfr_", "radar early fraud warning", "radar/early_fraud_warnings"},
    {"link_", "file link", "file_links"},
    {"mandate_", "mandate", "mandates"},
    {"mtr_", "billing meter", "billing/meters"},
    {"obp_", "treasury outbound payment", "treasury/outbound_payments"},
    {"obt_", "treasury outbound transfer", "treasury/outbound_transfers"},
    {"person_", "person", "persons"},
    {"pi_", "payment intent", "payment_intents"},
    {"plink_", "payment link", "payment_links"},
    {"pm_", "payment method", "payment_methods"},
    {"pmc_", "payment method configuration", "payment_method_configurations"},
    {"pmd_", "payment method domain", "payment_method_domains"},
    {"po_", "payout", "payouts"},
    {"price_", "price", "prices"},
    {"prod_", "product", "products"},
    {"promo_", "promotion code", "promotion_codes"},
    {"prv_", "review", "reviews"},
    {"py_", "charge", "charges"},
    {"pyr_", "refund", "refunds"},
    {"qt_", "quote", "quotes"},
    {"rc_", "treasury received credit", "treasury/received_credits"},
    {"rd_", "treasury received debit", "treasury/received_debits"},
    {"re_", "refund", "refunds"},
    {"rsl_", "radar value list", "radar/value_lists"},
    {"rsli_", "radar value list item", "radar/value_list_items"},
    {"setatt_", "setup attempt", "setup_attempts"},
    {"seti_", "setup intent", "setup_intents"},
    {"shr_", "shipping rate", "shipping_rates"},
    {"si_", "subscription item", "subscription_items"},
    {"src_", "source", "sources"},
    {"sub_", "subscription", "subscriptions"},
    {"sub_sched_", "subscription schedule", "subscription_schedules"},
    {"tax_", "tax transaction", "tax/transactions"},
    {"taxcalc_", "tax calculation", "tax/calculations"},
    {"taxreg_", "tax registration", "tax/registrations"},
    {"tmc_", "terminal configuration", "terminal/configurations"},
    {"tml_", "terminal location", "terminal/locations"},
    {"tmr_", "terminal reader", "terminal/readers"},
    {"tok_", "token", "tokens"},
    {"tr_", "transfer", "transfers"},
    {"trr_", "transfer reversal", "reversals"},
    {"tu_", "topup", "topups"},
    {"txi_", "tax id", "tax_ids"},
    {"txn_", "balance transaction", "balance_transactions"},
    {"txr_", "tax rate", "tax_rates"},
    {"vr_", "identity verification report", "identity/verification_reports"},
    {"vs_", "identity verification session", "identity/verification_sessions"},
    {"we_", "webhook endpoint", "webhook_endpoints"},
};

// A request that begins with one of these nouns means the action: "refund a payment".
constexpr intent_word actions[] = {
    {"refund", method::create},    {"bill", method::create},      {"invoice", method::create},
    {"charge", method::create},    {"credit", method::create},    {"transfer", method::create},
    {"top", method::create},       {"quote", method::create},     {"discount", method::create},
    {"subscribe", method::create}, {"reimburse", method::create}, {"onboard", method::create},
    {"block", method::create},     {"grant", method::create},     {"email", method::custom},
    {"mail", method::custom},      {"calculate", method::create}, {"compute", method::create},
    {"collect", method::create},   {"save", method::create},      {"sell", method::create},
    {"order", method::create},     {"report", method::create},    {"link", method::create},
    {"partially", method::create}, {"withdraw", method::create},  {"upgrade", method::update},
    {"downgrade", method::update}, {"pause", method::custom},     {"stop", method::custom},
};

constexpr intent_word intents[] = {
    {"list", method::list},         {"show", method::list},         {"show", method::get},
    {"all", method::list},          {"which", method::list},        {"latest", method::list},
    {"recent", method::list},       {"recently", method::list},     {"last", method::list},
    {"many", method::list},         {"total", method::list},        {"history", method::list},
    {"find", method::search},       {"find", method::list},         {"search", method::search},
    {"look", method::get},          {"get", method::get},           {"retrieve", method::get},
    {"fetch", method::get},         {"details", method::get},       {"status", method::get},
    {"view", method::get},          {"see", method::get},           {"see", method::list},
    {"read", method::get},          {"check", method::get},         {"why", method::get},
    {"create", method::create},     {"add", method::create},        {"new", method::create},
    {"make", method::create},       {"open", method::list},         {"open", method::create},
    {"start", method::create},      {"register", method::create},   {"issue", method::create},
    {"set", method::update},        {"set", method::create},        {"give", method::create},
    {"write", method::create},      {"grant", method::create},      {"record", method::create},
    {"build", method::create},      {"generate", method::create},   {"upload", method::create},
    {"send", method::create},       {"send", method::custom},       {"update", method::update},
    {"change", method::update},     {"edit", method::update},       {"modify", method::update},
    {"rename", method::update},     {"replace", method::update},    {"correct", method::update},
    {"delete", method::delete_},    {"remove", method::delete_},    {"remove", method::custom},
    {"erase", method::delete_},     {"drop", method::delete_},      {"cancel", method::custom},
    {"cancel", method::delete_},    {"stop", method::custom},       {"stop", method::delete_},
    {"end", method::custom},        {"end", method::delete_},       {"capture", method::custom},
    {"confirm", method::custom},    {"void", method::custom},       {"finalize", method::custom},
    {"approve", method::custom},    {"reject", method::custom},     {"accept", method::custom},
    {"pay", method::custom},        {"resume", method::custom},     {"attach", method::custom},
    {"detach", method::custom},     {"verify", method::custom},     {"verify", method::create},
    {"expire", method::custom},     {"close", method::custom},      {"reverse", method::custom},
    {"mark", method::custom},       {"submit", method::custom},     {"submit", method::update},
    {"advance", method::custom},    {"respond", method::update},    {"freeze", method::update},
    {"archive", method::update},    {"archive", method::custom},    {"deactivate", method::custom},
    {"deactivate", method::update}, {"put", method::create},        {"define", method::create},
    {"introduce", method::create},  {"launch", method::create},     {"establish", method::create},
    {"enroll", method::create},     {"enrol", method::create},      {"prepare", method::create},
    {"hand", method::create},       {"raise", method::update},      {"increase", method::update},
    {"lower", method::update},      {"reduce", method::update},     {"adjust", method::update},
    {"extend", method::update},     {"move", method::update},       {"switch", method::update},
    {"turn", method::update},       {"swap", method::update},       {"fix", method::update},
    {"amend", method::update},      {"enable", method::update},     {"disable", method::update},
    {"discard", method::delete_},   {"wipe", method::delete_},      {"throw", method::delete_},
    {"purge", method::delete_},     {"annul", method::custom},      {"terminate", method::custom},
    {"abort", method::custom},      {"terminate", method::delete_},
};

}  // namespace

std::span<const id_prefix> id_prefixes() {
    return prefixes;
}

std::span<const intent_word> action_words() {
    return actions;
}

std::span<const intent_word> intent_words() {
    return intents;
}

}  // namespace tollgate::stripe
