// A sealed blob as one string, for the settings of the instance.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::tenancy {

std::string encode_sealed(const storage::sealed_blob& sealed);
// Fails with errc::corrupt.
base::result<storage::sealed_blob> decode_sealed(std::string_view text);

// The id of the master key under which the vault seals new values: its newest one.
inline std::string sealing_key_id(const vault& secrets) {
    return secrets.seal({}, {}).key_id;
}

}  // namespace tollgate::tenancy
