// Names in metadata that only the gateway writes.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

// The metadata key for the receipt of the write that created an object. A lost outcome is found by
// it, so callers must not be able to write it.
inline constexpr std::string_view receipt_metadata_key = "tollgate_receipt";

// Refuses a write whose arguments contain that key at any depth, including the metadata of other
// objects that it creates. Returns invalid_argument "reserved_metadata"; nullopt for other writes
// and for reads.
std::optional<base::failure> reserved_name(const given_arguments& given);

}  // namespace tollgate::stripe
