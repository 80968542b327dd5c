#include "stripe/tools/row_notes.hpp"

#include <algorithm>

namespace tollgate::stripe {

namespace {

// The value of a query's parameter, still encoded, or empty.
std::string_view query_value(std::string_view target, std::string_view name) {
    auto query = target.substr(std::min(target.find('?'), target.size()));
    while (!query.empty()) {
        query.remove_prefix(1);
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
            return pair.substr(name.size() + 1);
        query.remove_prefix(end);
    }
    return {};
}

}  // namespace

std::string payout_row_note(const operation& called, std::string_view target) {
    const auto path = called.path_template();
    if (path != "/v1/balance_transactions" && path != "/v1/balance/history") return {};
    if (called.method() != http_method::get) return {};
    const auto payout = query_value(target, "payout");
    if (payout.empty()) return {};
    return "The row whose source is " + std::string(payout.substr(0, 64)) +
           " is the payout itself, with its amount negative; the other rows are what it is made "
           "of. All rows together come to 0.";
}

std::string email_case_note(const operation& called, std::string_view target) {
    if (called.method() != http_method::get || called.path_template() != "/v1/customers" ||
        query_value(target, "email").empty())
        return {};
    return "No customer has exactly this e-mail address: upper and lower case count. A customer "
           "search finds addresses in any case.";
}

}  // namespace tollgate::stripe
