#include "stripe/generator/tagging.hpp"

#include <algorithm>
#include <span>
#include <sstream>

#include "stripe/generator/naming.hpp"

namespace tollgate::stripe::generator {

namespace {

struct row {
    std::string_view key;
    std::string_view tags;
};
using table = std::span<const row>;
using word_list = std::initializer_list<std::string_view>;

// The first path segment after the version; two or three of them for v2.
constexpr row by_resource[] = {
    {"account", "connect"},
    {"account_links", "connect"},
    {"account_sessions", "connect"},
    {"accounts", "connect"},
    {"apple_pay", "payments"},
    {"application_fees", "connect"},
    {"apps", "apps"},
    {"balance", "balance payouts"},
    {"balance_settings", "balance payouts"},
    {"balance_transactions", "balance payouts"},
    {"billing", "billing"},
    {"billing_portal", "billing customers"},
    {"charges", "payments"},
    {"checkout", "checkout payments"},
    {"climate", "climate"},
    {"confirmation_tokens", "payments"},
    {"country_specs", "connect"},
    {"coupons", "products billing"},
    {"credit_notes", "invoices billing"},
    {"customer_sessions", "customers"},
    {"customers", "customers"},
    {"disputes", "disputes payments"},
    {"entitlements", "entitlements billing"},
    {"events", "webhooks"},
    {"exchange_rates", "balance"},
    {"external_accounts", "connect payouts"},
    {"file_links", "files"},
    {"files", "files"},
    {"financial_connections", "financial_connections"},
    {"forwarding", "payments"},
    {"identity", "identity"},
    {"invoice_payments", "invoices billing"},
    {"invoice_rendering_templates", "invoices billing"},
    {"invoiceitems", "invoices billing"},
    {"invoices", "invoices billing"},
    {"issuing", "issuing"},
    {"link_account_sessions", "financial_connections"},
    {"linked_accounts", "financial_connections"},
    {"mandates", "payments"},
    {"payment_attempt_records", "payments"},
    {"payment_intents", "payments"},
    {"payment_links", "checkout payments"},
    {"payment_method_configurations", "payments"},
    {"payment_method_domains", "payments"},
    {"payment_methods", "payments customers"},
    {"payment_records", "payments"},
    {"payouts", "payouts"},
    {"plans", "products billing"},
    {"prices", "products billing"},
    {"product_catalog", "products billing"},
    {"products", "products billing"},
    {"promotion_codes", "products billing"},
    {"quotes", "quotes billing"},
    {"radar", "radar"},
    {"refunds", "refunds payments"},
    {"reporting", "reporting"},
    {"reserve", "balance connect"},
    {"reviews", "radar payments"},
    {"setup_attempts", "payments"},
    {"setup_intents", "payments"},
    {"shipping_rates", "checkout products"},
    {"sigma", "reporting"},
    {"sources", "payments"},
    {"subscription_items", "subscriptions billing"},
    {"subscription_schedules", "subscriptions billing"},
    {"subscriptions", "subscriptions billing"},
    {"tax", "tax"},
    {"tax_codes", "tax products"},
    {"tax_ids", "tax"},
    {"tax_rates", "tax billing"},
    {"terminal", "terminal"},
    {"test_helpers", "testing"},
    {"three_d_secure", "payments"},
    {"tokens", "payments"},
    {"topups", "payouts balance"},
    {"transfers", "connect payouts"},
    {"treasury", "treasury"},
    {"webhook_endpoints", "webhooks"},
    {"v2/billing", "billing"},
    {"v2/commerce", "products"},
    {"v2/core/accounts", "connect"},
    {"v2/core/account_links", "connect"},
    {"v2/core/account_tokens", "connect"},
    {"v2/core/event_destinations", "webhooks"},
    {"v2/core/events", "webhooks"},
    {"v2/core/vault", "payouts"},
    {"v2/money_management", "treasury"},
    {"v2/test_helpers", "testing"},
};

// A sub-resource adds its own areas to those of its parent.
constexpr row by_part[] = {
    {"refund", "refunds"},
    {"refunds", "refunds"},
    {"dispute", "disputes"},
    {"subscriptions", "subscriptions billing"},
    {"tax_ids", "tax"},
    {"payment_methods", "payments"},
    {"sources", "payments"},
    {"cards", "payments"},
    {"bank_accounts", "payouts"},
    {"external_accounts", "payouts"},
    {"discount", "billing"},
    {"balance_transactions", "billing"},
    {"cash_balance", "payments"},
    {"cash_balance_transactions", "payments"},
    {"funding_instructions", "payments"},
    {"terminal", "terminal"},
    {"issuing", "issuing"},
    {"treasury", "treasury"},
    {"test_clocks", "billing"},
    {"confirmation_tokens", "payments"},
    {"money_management", "treasury"},
    {"customers", "customers"},
    {"entitlements", "entitlements"},
    {"features", "entitlements"},
    {"identity", "identity"},
};

bool one_of(std::string_view word, word_list list) {
    return std::ranges::count(list, word) != 0;
}

void add_words(std::string_view words, std::vector<std::string>& out) {
    std::istringstream in{std::string(words)};
    for (std::string word; in >> word;)
        if (std::ranges::count(out, word) == 0) out.push_back(word);
}

std::string_view find(table from, std::string_view key) {
    const auto found = std::ranges::find(from, key, &row::key);
    return found == from.end() ? std::string_view{} : found->tags;
}

std::string joined(const std::vector<std::string>& segments, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < std::min(count, segments.size()); ++i)
        out += (i == 0 ? "" : "/") + segments[i];
    return out;
}

std::vector<std::string> v2_tags(const std::vector<std::string>& segments) {
    auto base = find(by_resource, joined(segments, 3));
    if (base.empty()) base = find(by_resource, joined(segments, 2));
    std::vector<std::string> out;
    if (base.empty()) return out;
    add_words(base, out);
    for (std::size_t i = 2; i < segments.size(); ++i) add_words(find(by_part, segments[i]), out);
    return out;
}

// The sub-resources of a v1 path that count: the parts of some resources stay in their own area.
std::vector<std::string> parts_that_count(const std::vector<std::string>& segments) {
    const auto& resource = segments[1];
    if (one_of(resource, {"issuing", "treasury", "terminal", "billing", "radar"})) return {};
    if (resource == "products" && std::ranges::count(segments, "features") != 0) return {};
    std::vector<std::string> parts(segments.begin() + 2, segments.end());
    if (resource == "accounts")
        std::erase_if(parts, [](const std::string& part) {
            return !one_of(part, {"external_accounts", "bank_accounts"});
        });
    return parts;
}

}  // namespace

std::vector<std::string> tag_operation(const fact_operation& operation) {
    const auto segments = split_path(operation.path);
    if (segments.size() < 2) return {};
    if (segments[0] == "v2") return v2_tags(segments);
    std::vector<std::string> out;
    add_words(find(by_resource, segments[1]), out);
    if (out.empty()) return out;
    if (segments[1] == "products" && std::ranges::count(segments, "features") != 0)
        add_words("entitlements", out);
    for (const auto& part : parts_that_count(segments)) add_words(find(by_part, part), out);
    return out;
}

}  // namespace tollgate::stripe::generator
