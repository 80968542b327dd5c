#include "tenancy/secrets/sealed_codec.hpp"

#include <optional>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

// key id, wrapped key and ciphertext, the latter two in hex, separated by colons
std::string encode_sealed(const storage::sealed_blob& sealed) {
    return sealed.key_id + ":" + base::hex(sealed.wrapped_key) + ":" + base::hex(sealed.ciphertext);
}

base::result<storage::sealed_blob> decode_sealed(std::string_view text) {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second != std::string_view::npos) {
        auto wrapped = base::from_hex(text.substr(first + 1, second - first - 1));
        auto cipher = base::from_hex(text.substr(second + 1));
        if (wrapped && cipher)
            return storage::sealed_blob{std::string{text.substr(0, first)}, std::move(*wrapped),
                                        std::move(*cipher)};
    }
    return base::fail(base::errc::corrupt, "stored_blob", "a stored value cannot be read");
}

}  // namespace tollgate::tenancy
