#include "base/password_hash.hpp"

#include <sodium.h>
#include <stdexcept>

namespace tollgate::base {

namespace {

// The library selects its fastest code for this processor, once.
void start_library() {
    static const int started = sodium_init();
    if (started < 0) throw std::runtime_error("libsodium does not start");
}

}  // namespace

std::string hash_password(std::string_view password, const password_cost& cost) {
    start_library();
    std::string out(crypto_pwhash_STRBYTES, '\0');
    const int failed =
        crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes,
                              cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) throw std::runtime_error("no memory to hash a password");
    out.resize(out.find('\0'));
    return out;
}

bool verify_password(std::string_view hash, std::string_view password) {
    start_library();
    const std::string text{hash};
    return text.size() < crypto_pwhash_STRBYTES && text.starts_with(crypto_pwhash_STRPREFIX) &&
           crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

bool password_needs_rehash(std::string_view hash, const password_cost& cost) {
    start_library();
    const std::string text{hash};
    return crypto_pwhash_str_needs_rehash(text.c_str(), cost.passes, cost.memory_bytes) != 0;
}

}  // namespace tollgate::base
