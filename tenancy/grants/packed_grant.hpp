// A grant's record as bytes, with only the fields that a look-up needs.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/rows.hpp"

namespace tollgate::tenancy {

// The credential stays sealed. Account names, who made what and when, and counts are left out.
std::string pack_grant(const storage::grant_row& row);

// Returns the record, or nullopt if the bytes are not exactly one record of this version.
std::optional<storage::grant_row> unpack_grant(std::string_view bytes);

}  // namespace tollgate::tenancy
