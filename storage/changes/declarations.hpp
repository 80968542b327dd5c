// Changes of declarations; see change.hpp.
#pragma once
#include "storage/rows.hpp"

namespace tollgate::storage {

// Sets the declarations of an account: `row.version` must be one more than the stored one (1 for
// the first), otherwise fails with conflict "version_changed". Fails with not_found if the account
// does not exist, and with conflict "second_person_needed" if the team wants a second person to
// confirm changes of its rules: declarations are rules, too.
struct put_declarations {
    declarations_row row;
};

}  // namespace tollgate::storage
