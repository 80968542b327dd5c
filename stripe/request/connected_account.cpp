#include "stripe/request/connected_account.hpp"

#include <algorithm>

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t named_max = 20;

std::string legal_ones(const std::vector<std::string>& accounts) {
    std::string out;
    for (std::size_t i = 0; i < std::min(accounts.size(), named_max); ++i)
        out += (i == 0 ? "" : ", ") + accounts[i];
    return accounts.size() > named_max ? out + ", ..." : out;
}

}  // namespace

base::result<std::string_view> chosen_account(const tenancy::account_access& access,
                                              const given_arguments& given) {
    const auto& allowed = access.connected_accounts;
    const auto value = allowed.empty() ? std::nullopt : given.find(connected_account_name);
    if (!value) return std::string_view{};
    const std::string name{connected_account_name};
    std::string_view account;
    if (value->get_string().get(account) != simdjson::SUCCESS)
        return base::invalid("wrong_type", '\'' + name + "' must be the id of an account, a string",
                             name);
    const auto found = std::ranges::find(allowed, account);
    if (found == allowed.end())
        return base::invalid(
            "invalid_value",
            '\'' + name +
                "' is not one of the accounts this server may act for: " + legal_ones(allowed),
            name);
    return std::string_view(*found);
}

std::string connected_account_member(const std::vector<std::string>& accounts) {
    if (accounts.empty()) return {};
    std::string out;
    base::append_json_string(out, connected_account_name);
    out += R"(:{"type":"string","description":"Connected account to act for","enum":[)";
    std::string_view comma;
    for (const auto& account : accounts) {
        out += comma;
        base::append_json_string(out, account);
        comma = ",";
    }
    return out + "]}";
}

void append_with_property(std::string& out, std::string_view json, std::string_view schema_key,
                          std::string_view member) {
    // Quotes inside a JSON string are escaped, so this text can only be the beginning of the
    // schema.
    const auto head = '"' + std::string(schema_key) + R"(":{"type":"object","properties":{)";
    const auto at = member.empty() ? std::string_view::npos : json.find(head);
    if (at == std::string_view::npos) {
        out += json;
        return;
    }
    const auto rest = json.substr(at + head.size());
    out += json.substr(0, at + head.size());
    out += member;
    if (!rest.starts_with('}')) out += ',';
    out += rest;
}

}  // namespace tollgate::stripe
