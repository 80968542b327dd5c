#include "tenancy/admin/account_checks.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t tags_max = 20;
constexpr std::size_t tag_bytes_max = 64;
constexpr std::size_t stripe_account_bytes_max = 64;
constexpr std::size_t connected_accounts_max = 200;

bool digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool lower_letters(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_stripe_account(std::string_view id) {
    const bool word = std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '_';
    });
    return id.starts_with("acct_") && id.size() > 5 && id.size() <= stripe_account_bytes_max &&
           word;
}

std::string place(std::string_view list, std::size_t at) {
    return std::string{list} + '[' + std::to_string(at) + ']';
}

}  // namespace

result<> check_stripe_account(std::string_view id) {
    if (id.empty() || is_stripe_account(id)) return {};
    return invalid("invalid_stripe_account",
                   "stripe_account must be the id of a connected account (acct_…)",
                   "stripe_account");
}

result<> check_stripe_version(std::string_view version) {
    if (version.empty()) return {};
    const bool date = version.size() >= 10 && digits(version.substr(0, 4)) && version[4] == '-' &&
                      digits(version.substr(5, 2)) && version[7] == '-' &&
                      digits(version.substr(8, 2));
    const std::string_view name = version.substr(std::min<std::size_t>(version.size(), 10));
    const bool named = name.empty() || (name.size() > 1 && name.size() <= 32 && name[0] == '.' &&
                                        lower_letters(name.substr(1)));
    if (date && named) return {};
    return invalid("invalid_stripe_version",
                   "stripe_version must be a Stripe API version such as 2026-10-28.endive",
                   "stripe_version");
}

result<> check_tags(const words& tags) {
    if (tags.size() > tags_max)
        return invalid("invalid_tag", "an integrated account has at most 20 tags", "tags");
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (tags[i].size() > tag_bytes_max || !check_name(tags[i]))
            return invalid("invalid_tag", "a tag must have 1 to 64 bytes and no control characters",
                           place("tags", i));
    }
    return {};
}

result<> check_connected_accounts(const words& ids) {
    constexpr const char* code = "invalid_connected_account";
    if (ids.size() > connected_accounts_max)
        return invalid(code, "an integrated account lists at most 200 connected accounts",
                       "connected_accounts");
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!is_stripe_account(ids[i]))
            return invalid(code, "connected_accounts must be ids of connected accounts (acct_…)",
                           place("connected_accounts", i));
        if (!seen.insert(ids[i]).second)
            return invalid(code, "this connected account is in the list already",
                           place("connected_accounts", i));
    }
    return {};
}

}  // namespace tollgate::tenancy
