// A sealed blob as one string, for the settings of the instance.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/rows.hpp"

namespace tollgate::tenancy {

std::string encode_sealed(const storage::sealed_blob& sealed);
// Fails with errc::corrupt.
base::result<storage::sealed_blob> decode_sealed(std::string_view text);

}  // namespace tollgate::tenancy
