#include "stripe/catalog/permissions.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace tollgate::stripe {

namespace {

struct area_of_path {
    std::string_view path;  // after "/v1/"; "*" is a parameter
    std::string_view area;
};

// Resources whose permission has a different name. The longest matching path wins.
constexpr std::array areas{
    area_of_path{"account", "connected_account"},
    area_of_path{"accounts", "connected_account"},
    area_of_path{"accounts/*/login_links", "edit_link"},
    area_of_path{"apple_pay", "apple_pay_domain"},
    area_of_path{"balance/history", "balance_transaction_source"},
    area_of_path{"balance_settings", "balance_settings"},
    area_of_path{"balance_transactions", "balance_transaction_source"},
    area_of_path{"billing/meter_event_adjustments", "billing_meter"},
    area_of_path{"billing/meter_events", "billing_meter"},
    area_of_path{"billing_portal", "customer_portal"},
    area_of_path{"charges/*/dispute", "dispute"},
    area_of_path{"customers/*/payment_methods", "payment_method"},
    area_of_path{"customers/*/subscriptions", "subscription"},
    area_of_path{"entitlements", "entitlement"},
    area_of_path{"external_accounts", "connected_account"},
    area_of_path{"file_links", "file"},
    area_of_path{"financial_connections", "financial_connections"},
    area_of_path{"invoice_payments", "invoice"},
    area_of_path{"invoice_rendering_templates", "invoice"},
    area_of_path{"invoiceitems", "invoice"},
    area_of_path{"link_account_sessions", "financial_connections"},
    area_of_path{"linked_accounts", "financial_connections"},
    area_of_path{"payment_attempt_records", "payment_record"},
    area_of_path{"payment_links", "payment_links"},
    area_of_path{"prices", "plan"},
    area_of_path{"refunds", "charge"},
    area_of_path{"reporting", "report_runs_and_report_types"},
    area_of_path{"setup_attempts", "setup_intent"},
    area_of_path{"subscription_items", "subscription"},
    area_of_path{"subscription_schedules", "subscription"},
    area_of_path{"tax/associations", "tax_calculations_and_transactions"},
    area_of_path{"tax/calculations", "tax_calculations_and_transactions"},
    area_of_path{"tax/settings", "tax_settings"},
    area_of_path{"tax/transactions", "tax_calculations_and_transactions"},
    area_of_path{"tax_ids", "customer"},
    area_of_path{"test_clocks", "billing_clock"},
    area_of_path{"topups", "top_up"},
    area_of_path{"webhook_endpoints", "webhook"},
};

// First segments that contain several resources: "issuing/cards" is issuing_card.
constexpr std::array<std::string_view, 14> groups{
    "apps",     "billing",  "checkout",        "climate", "forwarding",
    "identity", "issuing",  "product_catalog", "radar",   "sigma",
    "tax",      "terminal", "three_d_secure",  "treasury"};

struct implication {
    std::string_view area;
    std::array<std::string_view, 5> reads;
    std::size_t size;
};

constexpr std::array implications{
    implication{"balance_transaction_source", {"application_fee", "balance", "transfer"}, 3},
    implication{"checkout_session",
                {"mandate", "payment_intent", "payment_links", "product", "setup_intent"},
                5},
    implication{"credit_note", {"invoice"}, 1},
    implication{"customer", {"billing_clock"}, 1},
    implication{"invoice", {"credit_note"}, 1},
    implication{"payment_intent", {"product"}, 1},
    implication{"payment_links", {"mandate", "product"}, 2},
    implication{"payment_method", {"source"}, 1},
    implication{"quote", {"product"}, 1},
    implication{"setup_intent", {"mandate"}, 1},
    implication{"transfer", {"payout"}, 1},
};

using parts = std::vector<std::string_view>;

parts split(std::string_view path) {
    parts out;
    while (!path.empty()) {
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), segment.size() + 1));
        out.push_back(segment.starts_with('{') ? std::string_view{"*"} : segment);
    }
    return out;
}

bool begins_with(const parts& path, const parts& wanted) {
    return path.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), path.begin());
}

std::string singular(std::string_view word) {
    if (word.ends_with("ies")) return std::string(word.substr(0, word.size() - 3)) + "y";
    if (word.ends_with('s') && !word.ends_with("ss")) word.remove_suffix(1);
    return std::string(word);
}

}  // namespace

std::string permission_area(const operation& one) {
    constexpr std::string_view v1 = "/v1/";
    auto path = one.path_template();
    if (!path.starts_with(v1)) return {};
    path.remove_prefix(v1.size());
    // A test helper needs the permission of the object it acts on.
    if (constexpr std::string_view helpers = "test_helpers/"; path.starts_with(helpers))
        path.remove_prefix(helpers.size());
    const auto segments = split(path);
    std::size_t longest = 0;
    std::string_view named;
    for (const auto& each : areas) {
        if (!each.path.starts_with(segments.front())) continue;
        const auto wanted = split(each.path);
        if (wanted.size() <= longest || !begins_with(segments, wanted)) continue;
        longest = wanted.size();
        named = each.area;
    }
    if (!named.empty()) return std::string(named);
    const bool grouped =
        segments.size() > 1 && std::find(groups.begin(), groups.end(), segments[0]) != groups.end();
    if (grouped) return std::string(segments[0]) + "_" + singular(segments[1]);
    return singular(segments.front());
}

tenancy::key_access permission_access(const operation& one) {
    // Permission to read reports includes creating them.
    const bool report = one.path_template().starts_with("/v1/reporting/");
    return one.method() == http_method::get || report ? tenancy::key_access::read
                                                      : tenancy::key_access::write;
}

std::span<const std::string_view> implied_reads(std::string_view area) noexcept {
    for (const auto& one : implications)
        if (one.area == area) return {one.reads.data(), one.size};
    return {};
}

}  // namespace tollgate::stripe
