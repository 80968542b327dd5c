// When an entry was recorded, according to the entry itself.
#pragma once
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::tenancy {

// The member "time" of an entry. The entry's hash covers it, but not the time stored beside it in
// the database: anyone who can write to the database could change that time to make a record look
// old and have it removed. Returns nullopt if the text is not an entry of audit_row_of().
std::optional<base::timestamp> time_of_entry(std::string_view entry);

}  // namespace tollgate::tenancy
