// An integrated account with its credential unsealed.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "tenancy/rules/grant.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::tenancy {

// Where the vault keeps the credential of an account.
std::string vault_place(std::string_view team_id, std::string_view account_id);

// The service of an account; nullopt for a Stripe account. Fails if the stored row cannot be read.
base::result<std::optional<service_access>> service_of(const storage::account_row& row);

// The account as the upstream client needs it. Fails with errc::corrupt as vault::open() does, or
// if the stored row cannot be read.
base::result<account_access> open_account(const vault& secrets, const storage::account_row& row);

}  // namespace tollgate::tenancy
