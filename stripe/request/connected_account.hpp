// The argument `connected_account`: which of the allowed connected accounts a call acts for.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

constexpr std::string_view connected_account_name = "connected_account";

// The account named by a call, a view of `access`; empty if the call names none, or `access` allows
// none (the argument then has no meaning). Fails with errc::invalid_argument (wrong_type,
// invalid_value) for anything that is not one of `access.connected_accounts`; the message lists
// those.
base::result<std::string_view> chosen_account(const tenancy::account_access& access,
                                              const given_arguments& given);

// `"connected_account":{…}`, a member of a schema's properties; empty if there are no `accounts`.
std::string connected_account_member(const std::vector<std::string>& accounts);

// Appends `json`, a tool or its description, with `member` as the first property of the schema
// under `schema_key` ("inputSchema"). Without such a schema, or with an empty member, appends it
// unchanged.
void append_with_property(std::string& out, std::string_view json, std::string_view schema_key,
                          std::string_view member);

}  // namespace tollgate::stripe
