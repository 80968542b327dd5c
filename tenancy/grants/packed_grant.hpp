// A grant's record as bytes: what a look-up needs, and nothing else of it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/rows.hpp"

namespace tollgate::tenancy {

// The credential stays sealed. Names of accounts, who made what and when, and counts are left out.
std::string pack_grant(const storage::grant_row& row);

// The record again; nothing when the bytes are not one whole record of this version.
std::optional<storage::grant_row> unpack_grant(std::string_view bytes);

}  // namespace tollgate::tenancy
