// Changes of integrated accounts; see change.hpp.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "storage/rows.hpp"

namespace tollgate::storage {

// `check_at`: when its key is to be checked first; absent: never.
struct add_account {
    account_row row;
    std::int64_t limit = 0;
    std::optional<timestamp> check_at{};
};

// Writes every column of the row. Fails with not_found if the account no longer exists, and with
// conflict "version_changed" if its stored version is not row.version; the stored version becomes
// row.version + 1. `check_at`: when its key is to be checked next; absent: as before.
struct replace_account {
    account_row row;
    std::optional<timestamp> check_at{};
};

// Sets needs_reauth_at of the account at `version`; fails as replace_account does. A credential
// that was replaced in the meantime is therefore not marked.
struct reject_credential {
    std::string team_id;
    std::string id;
    std::int64_t version = 0;
    timestamp at;
};

// Removes an account, its servers, their tokens and alarms. Fails with not_found, and with conflict
// "count_differs" if its number of unrevoked servers is not `expect`, or "refunds_undelivered"
// while lines of its refund log are due to the company's own database.
struct remove_account {
    std::string team_id;
    std::string id;
    std::int64_t expect = 0;
};

}  // namespace tollgate::storage
