#include "stripe/catalog/main_objects.hpp"

#include <algorithm>
#include <array>

namespace tollgate::stripe {

namespace {

constexpr std::size_t id_bytes_max = 128;

constexpr std::array<main_object, 8> objects{{
    {"customer",
     "Customer",
     "get_single_stripe_customer_by_id",
     "search_all_stripe_customers",
     "cus_",
     {},
     "customers"},
    {"payment_intent",
     "Payment intent",
     "get_single_stripe_payment_intent_by_id",
     "search_all_stripe_payment_intents",
     "pi_",
     {},
     "payments"},
    {"charge", "Charge", "get_single_stripe_charge_by_id", "search_all_stripe_charges", "ch_",
     "py_", "payments"},
    {"invoice",
     "Invoice",
     "get_single_stripe_invoice_by_id",
     "search_all_stripe_invoices",
     "in_",
     {},
     "invoices"},
    {"subscription",
     "Subscription",
     "get_single_stripe_subscription_by_id",
     "search_all_stripe_subscriptions",
     "sub_",
     {},
     "subscriptions"},
    {"dispute", "Dispute", "get_single_stripe_dispute_by_id", {}, "dp_", "du_", "disputes"},
    {"payout", "Payout", "get_single_stripe_payout_by_id", {}, "po_", {}, "payouts"},
    {"product",
     "Product",
     "get_single_stripe_product_by_id",
     "search_all_stripe_products",
     "prod_",
     {},
     "products"},
}};

bool has_id_characters(std::string_view text, bool dashes) noexcept {
    return std::ranges::all_of(text, [dashes](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || (dashes && c == '-');
    });
}

bool begins(std::string_view id, std::string_view prefix) noexcept {
    return !prefix.empty() && id.size() > prefix.size() && id.starts_with(prefix);
}

bool has_prefix(const main_object& object, std::string_view id) noexcept {
    return begins(id, object.prefix) || begins(id, object.old_prefix);
}

}  // namespace

std::span<const main_object> main_objects() noexcept {
    return objects;
}

const main_object* find_main_object(std::string_view name) noexcept {
    const auto found = std::ranges::find(objects, name, &main_object::name);
    return found == objects.end() ? nullptr : &*found;
}

bool may_be_id(const main_object& object, std::string_view id) noexcept {
    if (id.empty() || id.size() > id_bytes_max) return false;
    if (object.name == "product") return has_id_characters(id, true);
    return has_prefix(object, id) && has_id_characters(id, false);
}

const main_object* object_of_id(std::string_view id) noexcept {
    const auto found =
        std::ranges::find_if(objects, [&](const auto& one) { return has_prefix(one, id); });
    return found != objects.end() && may_be_id(*found, id) ? &*found : nullptr;
}

std::string dashboard_url(const main_object& object, std::string_view id,
                          const tenancy::account_access& account) {
    std::string out = "https://dashboard.stripe.com/";
    if (!account.stripe_account.empty()) out += account.stripe_account + '/';
    if (account.mode == tenancy::account_mode::test) out += "test/";
    out += object.page;
    out += '/';
    return out += id;
}

}  // namespace tollgate::stripe
