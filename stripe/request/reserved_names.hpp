// Names in metadata that only the gateway writes.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

// The key of metadata that names the receipt of the write which made an object. A lost outcome is
// found by it, so a caller must not be able to write it.
inline constexpr std::string_view receipt_metadata_key = "tollgate_receipt";

// The refusal of a write whose arguments have that key at any depth, also among the metadata of
// other objects that it makes; nothing for others and for reads. Fails with invalid_argument
// "reserved_metadata".
std::optional<base::failure> reserved_name(const given_arguments& given);

}  // namespace tollgate::stripe
