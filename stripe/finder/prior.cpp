#include "stripe/finder/prior.hpp"

#include <array>
#include <string_view>

namespace tollgate::stripe {

namespace {

struct path_prior {
    std::string_view prefix;
    float factor;
};

// The longest prefix decides.
constexpr std::array<path_prior, 44> priors{{
    {"/v1/", 1.0F},
    {"/v2/", 0.62F},
    {"/v1/test_helpers/", 0.55F},
    {"/v1/charges", 1.08F},
    {"/v1/charges/{charge}/refund", 0.7F},
    {"/v1/charges/{charge}/refunds", 0.7F},
    {"/v1/charges/{charge}/dispute", 0.75F},
    {"/v1/refunds", 1.2F},
    {"/v1/disputes", 1.15F},
    {"/v1/customers", 1.1F},
    {"/v1/customers/{customer}/", 0.95F},
    {"/v1/customers/{customer}/sources", 0.75F},
    {"/v1/customers/{customer}/cards", 0.7F},
    {"/v1/customers/{customer}/bank_accounts", 0.75F},
    {"/v1/customers/{customer}/subscriptions", 0.85F},
    {"/v1/payment_intents", 1.15F},
    {"/v1/invoices", 1.15F},
    {"/v1/subscriptions", 1.15F},
    {"/v1/subscription_items", 1.0F},
    {"/v1/products", 1.12F},
    {"/v1/prices", 1.1F},
    {"/v1/payouts", 1.15F},
    {"/v1/balance", 1.1F},
    {"/v1/balance/history", 0.7F},
    {"/v1/checkout/sessions", 1.1F},
    {"/v1/payment_links", 1.1F},
    {"/v1/coupons", 1.1F},
    {"/v1/promotion_codes", 1.05F},
    {"/v1/payment_methods", 1.05F},
    {"/v1/plans", 0.75F},
    {"/v1/sources", 0.7F},
    {"/v1/tokens", 0.75F},
    {"/v1/linked_accounts", 0.7F},
    {"/v1/link_account_sessions", 0.7F},
    {"/v1/accounts/{account}/people", 0.8F},
    {"/v1/accounts/{account}/bank_accounts", 0.8F},
    {"/v1/three_d_secure", 0.7F},
    {"/v1/external_accounts", 0.8F},
    {"/v1/payment_records", 0.75F},
    {"/v1/payment_attempt_records", 0.7F},
    {"/v1/apps/", 0.8F},
    {"/v1/forwarding/", 0.85F},
    {"/v1/confirmation_tokens", 0.8F},
    {"/v1/credit_notes/preview", 0.8F},
}};

bool says(const request_words& request, const char* stem) {
    return request.words.contains(stem);
}

}  // namespace

float prior_of(const operation& one) {
    float factor = 1;
    std::size_t longest = 0;
    for (const auto& entry : priors) {
        if (entry.prefix.size() < longest || !one.path_template().starts_with(entry.prefix))
            continue;
        longest = entry.prefix.size();
        factor = entry.factor;
    }
    return one.deprecated() ? factor * 0.7F : factor;
}

float prior_in(const request_words& request, const operation& one, float prior) {
    const auto path = one.path_template();
    const bool helper = path.starts_with("/v1/test_helpers/");
    if (helper && (says(request, "test") || says(request, "simul"))) return 1.3F;
    if (path.starts_with("/v2/") && says(request, "v2")) return 1.5F;
    return prior;
}

}  // namespace tollgate::stripe
