#include "tenancy/secrets/vault.hpp"

#include "base/crypto.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t data_key_bytes = 32;

std::string associated(std::string_view place, std::string_view key_id, std::string_view role) {
    std::string out{place};
    out += '|';
    out += key_id;
    out += '|';
    out += role;
    return out;
}

}  // namespace

storage::sealed_blob vault::seal(std::string_view plain, std::string_view place) const {
    const ring_key& master = master_.newest();
    const base::secret data_key{base::random_bytes(data_key_bytes)};
    storage::sealed_blob out;
    out.key_id = master.id;
    out.wrapped_key = base::aes256gcm_seal(master.key.reveal(), data_key.reveal(),
                                           associated(place, master.id, "key"));
    out.ciphertext =
        base::aes256gcm_seal(data_key.reveal(), plain, associated(place, master.id, "data"));
    return out;
}

base::result<base::secret> vault::open(const storage::sealed_blob& sealed,
                                       std::string_view place) const {
    const ring_key* master = master_.find(sealed.key_id);
    if (master == nullptr)
        return base::fail(
            base::errc::corrupt, "unknown_master_key",
            "a secret was sealed with master key " + sealed.key_id + ", which is not configured");
    const auto damaged = [] {
        return base::fail(base::errc::corrupt, "sealed_blob_damaged",
                          "a sealed secret does not check out");
    };
    auto unwrapped = base::aes256gcm_open(master->key.reveal(), sealed.wrapped_key,
                                          associated(place, master->id, "key"));
    if (!unwrapped || unwrapped->size() != data_key_bytes) return damaged();
    const base::secret data_key{std::move(*unwrapped)};
    auto plain = base::aes256gcm_open(data_key.reveal(), sealed.ciphertext,
                                      associated(place, master->id, "data"));
    if (!plain) return damaged();
    return base::secret{std::move(*plain)};
}

base::secret vault::derive(std::string_view purpose) const {
    const base::digest key = base::hmac_sha256(master_.newest().key.reveal(), purpose);
    return base::secret{std::string{base::as_view(key)}};
}

}  // namespace tollgate::tenancy
