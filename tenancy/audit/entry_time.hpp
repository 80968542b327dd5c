// When an entry was recorded, as the entry itself says.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::tenancy {

// The member "time" of an entry. It is covered by the entry's hash, and the time beside it in the
// database is not: whoever can write to the database could otherwise make a record look old and
// have it removed. Nothing for a text that is no entry of audit_row_of().
std::optional<base::timestamp> time_of_entry(std::string_view entry);

}  // namespace tollgate::tenancy
