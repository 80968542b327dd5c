// Changes of declarations; see change.hpp.
#pragma once
#include "storage/rows.hpp"

namespace tollgate::storage {

// Sets the declarations of an account. `row.version` must be one more than the stored version (1
// for the first), otherwise this fails with conflict "version_changed". Also fails with not_found
// if the account does not exist, and with conflict "second_person_needed" if the team requires a
// second person to confirm changes of its rules, because declarations are rules too.
struct put_declarations {
    declarations_row row;
};

}  // namespace tollgate::storage
