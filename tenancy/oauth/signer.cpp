#include "tenancy/oauth/signer.hpp"

#include <algorithm>
#include <cjose/cjose.h>
#include <memory>
#include <stdexcept>

namespace tollgate::tenancy::oauth {

namespace {

// The header that sign() writes, encoded.
constexpr std::string_view our_header = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.";

// 32 bytes in base64. The library compares as many bytes before it looks how many there are, so a
// signature of another length never gets to it.
constexpr std::size_t signature_size = 43;
constexpr std::size_t token_size_max = 4096;

bool well_formed(std::string_view token) {
    return token.size() <= token_size_max && token.starts_with(our_header) &&
           std::count(token.begin(), token.end(), '.') == 2 &&
           token.size() - token.rfind('.') - 1 == signature_size;
}

struct key_deleter {
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
struct header_deleter {
    void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
struct jws_deleter {
    void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using key_handle = std::unique_ptr<cjose_jwk_t, key_deleter>;
using header_handle = std::unique_ptr<cjose_header_t, header_deleter>;
using jws_handle = std::unique_ptr<cjose_jws_t, jws_deleter>;

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

[[noreturn]] void give_up(const cjose_err& why) {
    throw std::runtime_error(std::string{"cannot sign a token: "} + why.message);
}

// Made anew each time: the library counts a key's users without a lock.
key_handle key_of(const base::secret& key) {
    cjose_err why{};
    key_handle out{cjose_jwk_create_oct_spec(bytes_of(key.reveal()), key.reveal().size(), &why)};
    if (!out) give_up(why);
    return out;
}

}  // namespace

std::string token_signer::sign(std::string_view payload) const {
    cjose_err why{};
    const header_handle header{cjose_header_new(&why)};
    if (!header || !cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_HS256, &why) ||
        !cjose_header_set(header.get(), "typ", "at+jwt", &why))
        give_up(why);
    const key_handle key = key_of(key_);
    const jws_handle made{
        cjose_jws_sign(key.get(), header.get(), bytes_of(payload), payload.size(), &why)};
    const char* text = nullptr;
    if (!made || !cjose_jws_export(made.get(), &text, &why)) give_up(why);
    std::string out{text};
    if (!out.starts_with(our_header)) throw std::runtime_error("a signed token has another header");
    return out;
}

std::optional<std::string> token_signer::open(std::string_view token) const {
    if (!well_formed(token)) return {};
    cjose_err why{};
    const jws_handle read{cjose_jws_import(token.data(), token.size(), &why)};
    if (!read) return {};
    const key_handle key = key_of(key_);
    if (!cjose_jws_verify(read.get(), key.get(), &why)) return {};
    std::uint8_t* text = nullptr;
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(read.get(), &text, &size, &why)) return {};
    std::string payload{reinterpret_cast<const char*>(text), size};
    // Base64 leaves bits of the last character unused, so other spellings decode to the same bytes.
    if (sign(payload) != token) return {};
    return payload;
}

}  // namespace tollgate::tenancy::oauth
