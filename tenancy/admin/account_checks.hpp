// Validation of the fields that users set on an integrated account, except its credential.
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

// "acct_…" or empty. Failure: "invalid_stripe_account".
base::result<> check_stripe_account(std::string_view id);

// "2026-10-28", "2026-10-28.endive" or empty. Failure: "invalid_stripe_version".
base::result<> check_stripe_version(std::string_view version);

// At most 20 tags of 1 to 64 bytes. Failure: "invalid_tag".
base::result<> check_tags(const words& tags);

// At most 200 ids "acct_…", without duplicates. Failure: "invalid_connected_account".
base::result<> check_connected_accounts(const words& ids);

}  // namespace tollgate::tenancy
