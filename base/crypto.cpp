#include "base/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "base/foreign_keys.hpp"
#include "base/secret.hpp"

namespace tollgate::base {

namespace {

constexpr std::string_view base62_digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t ed25519_seed_bytes = 32;
constexpr std::size_t ed25519_signature_bytes = 64;
constexpr std::size_t rsa_bytes_min = 2048 / 8;
constexpr std::size_t rsa_bytes_max = 8192 / 8;
constexpr std::size_t p256_bytes = 32;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

void check(int ok, const char* what) {
    if (ok != 1) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

cipher_context new_cipher() {
    cipher_context context{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
    if (!context) throw std::runtime_error("OpenSSL failed: EVP_CIPHER_CTX_new");
    return context;
}

// Algorithms are looked up once, because a look-up costs more than the operation. They live as long
// as the process.
const EVP_MD* sha256_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (method == nullptr) throw std::runtime_error("OpenSSL failed: no SHA256");
    return method;
}

const EVP_CIPHER* aes_method() {
    static const EVP_CIPHER* const method = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (method == nullptr) throw std::runtime_error("OpenSSL failed: no AES-256-GCM");
    return method;
}

using digest_context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

digest_context new_digest() {
    digest_context context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    if (!context) throw std::runtime_error("OpenSSL failed: EVP_MD_CTX_new");
    return context;
}

// One context per thread: creating one costs as much as a digest. Only for digests: a signature
// would leave its key in the context.
EVP_MD_CTX* digest_of_thread() {
    thread_local const digest_context context = new_digest();
    return context.get();
}

using mac_context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

mac_context new_mac() {
    static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    mac_context context{EVP_MAC_CTX_new(method), &EVP_MAC_CTX_free};
    if (!context) throw std::runtime_error("OpenSSL failed: EVP_MAC_CTX_new");
    std::string name = "SHA256";
    const std::array<OSSL_PARAM, 2> digest_name{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end()};
    check(EVP_MAC_CTX_set_params(context.get(), digest_name.data()), "EVP_MAC_CTX_set_params");
    return context;
}

// Random bytes drawn in advance, per thread: each draw from the generator costs a lock and a system
// call, and most callers need a few bytes. Bytes are wiped here once handed out.
class random_reserve {
public:
    static constexpr std::size_t size = 512;

    void take(unsigned char* to, std::size_t count) {
        if (at_ + count > size) {
            check(RAND_bytes(bytes_.data(), static_cast<int>(size)), "RAND_bytes");
            at_ = 0;
        }
        std::memcpy(to, bytes_.data() + at_, count);
        OPENSSL_cleanse(bytes_.data() + at_, count);
        at_ += count;
    }

private:
    std::array<unsigned char, size> bytes_{};
    std::size_t at_ = size;
};

void fill_randomly(unsigned char* to, std::size_t count) {
    thread_local random_reserve reserve;
    if (count <= random_reserve::size / 4) {
        reserve.take(to, count);
    } else {
        check(RAND_bytes(to, static_cast<int>(count)), "RAND_bytes");
    }
}

constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
        table[i] = value;
    }
    return table;
}();

}  // namespace

void wipe(std::string& text) noexcept {
    if (!text.empty()) OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    fill_randomly(bytes(out), count);
    return out;
}

std::string random_base62(std::size_t count) {
    constexpr std::size_t spare = 8;   // for bytes that are left out
    constexpr std::size_t piece = 64;  // most calls need one
    std::string out(count, '\0');
    std::array<unsigned char, piece> drawn{};
    for (std::size_t made = 0; made < count;) {
        const std::size_t size = std::min(piece, count - made + spare);
        fill_randomly(drawn.data(), size);
        for (std::size_t i = 0; i < size && made < count; ++i)
            // 248 = 4 * 62: above it, some digits would be more frequent
            if (drawn[i] < 248) out[made++] = base62_digits[drawn[i] % 62];
    }
    OPENSSL_cleanse(drawn.data(), drawn.size());
    return out;
}

digest sha256(std::string_view data) {
    digest out{};
    EVP_MD_CTX* const context = digest_of_thread();
    check(EVP_DigestInit_ex(context, sha256_method(), nullptr), "EVP_DigestInit_ex");
    check(EVP_DigestUpdate(context, data.data(), data.size()), "EVP_DigestUpdate");
    check(EVP_DigestFinal_ex(context, out.data(), nullptr), "EVP_DigestFinal_ex");
    return out;
}

digest hmac_sha256(std::string_view key, std::string_view data) {
    thread_local const mac_context context = new_mac();
    digest out{};
    std::size_t length = 0;
    check(EVP_MAC_init(context.get(), bytes(key), key.size(), nullptr), "EVP_MAC_init");
    check(EVP_MAC_update(context.get(), bytes(data), data.size()), "EVP_MAC_update");
    check(EVP_MAC_final(context.get(), out.data(), &length, out.size()), "EVP_MAC_final");
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view data) {
    std::string out(20, '\0');
    std::size_t length = 0;
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, key.data(), key.size(), bytes(data),
                  data.size(), to, out.size(), &length) == nullptr)
        throw std::runtime_error("EVP_Q_mac");
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint32_t crc32(std::string_view data) {
    std::uint32_t value = 0xFFFFFFFFU;
    for (const char raw : data)
        value = crc_table[(value ^ static_cast<unsigned char>(raw)) & 0xFFU] ^ (value >> 8U);
    return value ^ 0xFFFFFFFFU;
}

std::string base62(std::uint64_t value, std::size_t width) {
    std::string out(width, '0');
    for (std::size_t i = width; i > 0; --i) {
        out[i - 1] = base62_digits[value % 62];
        value /= 62;
    }
    return out;
}

std::string hex(std::string_view data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out(data.size() * 2, '0');
    char* at = out.data();
    for (const char raw : data) {
        const auto value = static_cast<unsigned char>(raw);
        *at++ = digits[value >> 4U];
        *at++ = digits[value & 15U];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return {};
    std::string out;
    out.reserve(text.size() / 2);
    const auto nibble = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = nibble(text[i]);
        const int low = nibble(text[i + 1]);
        if (high < 0 || low < 0) return {};
        out.push_back(static_cast<char>(high * 16 + low));
    }
    return out;
}

std::string base64(std::string_view data) {
    std::string out((data.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(bytes(out), bytes(data), static_cast<int>(data.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    std::string out(text.size() / 4 * 3 + 1, '\0');
    const int length = EVP_DecodeBlock(bytes(out), bytes(text), static_cast<int>(text.size()));
    if (length < 0) return {};
    std::size_t size = static_cast<std::size_t>(length);
    if (text.ends_with("==")) {
        size -= 2;
    } else if (text.ends_with("=")) {
        size -= 1;
    }
    out.resize(size);
    if (base64(out) != text)
        return {};  // each value has one encoding: no stray bits, no inner padding
    return out;
}

std::string aes256gcm_seal(std::string_view key, std::string_view plaintext,
                           std::string_view associated_data) {
    return aes256gcm_seal_with(key, random_bytes(nonce_bytes), plaintext, associated_data);
}

std::string aes256gcm_seal_with(std::string_view key, std::string_view nonce,
                                std::string_view plaintext, std::string_view associated_data) {
    if (key.size() != key_bytes) throw std::runtime_error("AES-256-GCM needs a key of 32 bytes");
    if (nonce.size() != nonce_bytes) throw std::runtime_error("AES-GCM needs a nonce of 12 bytes");
    const auto context = new_cipher();
    std::string cipher(plaintext.size() + tag_bytes, '\0');
    int length = 0;
    check(EVP_EncryptInit_ex(context.get(), aes_method(), nullptr, bytes(key), bytes(nonce)),
          "EVP_EncryptInit_ex");
    check(EVP_EncryptUpdate(context.get(), nullptr, &length, bytes(associated_data),
                            static_cast<int>(associated_data.size())),
          "EVP_EncryptUpdate");
    check(EVP_EncryptUpdate(context.get(), bytes(cipher), &length, bytes(plaintext),
                            static_cast<int>(plaintext.size())),
          "EVP_EncryptUpdate");
    check(EVP_EncryptFinal_ex(context.get(), bytes(cipher) + length, &length),
          "EVP_EncryptFinal_ex");
    check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_bytes),
                              bytes(cipher) + plaintext.size()),
          "GCM_GET_TAG");
    return std::string(nonce) + cipher;
}

std::optional<std::string> aes256gcm_open(std::string_view key, std::string_view sealed,
                                          std::string_view associated_data) {
    if (key.size() != key_bytes) throw std::runtime_error("AES-256-GCM needs a key of 32 bytes");
    if (sealed.size() < nonce_bytes + tag_bytes) return {};
    const std::string_view nonce = sealed.substr(0, nonce_bytes);
    const std::string_view cipher =
        sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
    std::string tag{sealed.substr(sealed.size() - tag_bytes)};
    const auto context = new_cipher();
    std::string plain(cipher.size(), '\0');
    int length = 0;
    check(EVP_DecryptInit_ex(context.get(), aes_method(), nullptr, bytes(key), bytes(nonce)),
          "EVP_DecryptInit_ex");
    check(EVP_DecryptUpdate(context.get(), nullptr, &length, bytes(associated_data),
                            static_cast<int>(associated_data.size())),
          "EVP_DecryptUpdate");
    check(EVP_DecryptUpdate(context.get(), bytes(plain), &length, bytes(cipher),
                            static_cast<int>(cipher.size())),
          "EVP_DecryptUpdate");
    check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_bytes),
                              tag.data()),
          "GCM_SET_TAG");
    if (EVP_DecryptFinal_ex(context.get(), bytes(plain) + length, &length) != 1) {
        wipe(plain);
        return {};
    }
    return plain;
}

ed25519_key::ed25519_key(std::string_view seed) {
    if (seed.size() != ed25519_seed_bytes)
        throw std::runtime_error("an Ed25519 key is made from 32 bytes");
    EVP_PKEY* const key =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed), seed.size());
    if (key == nullptr) throw std::runtime_error("OpenSSL failed: EVP_PKEY_new_raw_private_key");
    key_ = std::shared_ptr<EVP_PKEY>{key, &EVP_PKEY_free};
    std::size_t length = public_key_.size();
    check(EVP_PKEY_get_raw_public_key(key, public_key_.data(), &length),
          "EVP_PKEY_get_raw_public_key");
}

std::string ed25519_key::sign(std::string_view message) const {
    const auto context = new_digest();
    std::string signature(ed25519_signature_bytes, '\0');
    std::size_t length = signature.size();
    check(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                             static_cast<EVP_PKEY*>(key_.get())),
          "EVP_DigestSignInit");
    check(EVP_DigestSign(context.get(), bytes(signature), &length, bytes(message), message.size()),
          "EVP_DigestSign");
    return signature;
}

bool ed25519_verify(const ed25519_public_key& key, std::string_view message,
                    std::string_view signature) {
    if (signature.size() != ed25519_signature_bytes) return false;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()),
        &EVP_PKEY_free};
    if (!public_key) throw std::runtime_error("OpenSSL failed: EVP_PKEY_new_raw_public_key");
    const auto context = new_digest();
    check(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()),
          "EVP_DigestVerifyInit");
    return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                            message.size()) == 1;
}

namespace {

using public_key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// The key described by `parameters`; null if they do not describe one.
public_key key_from(const char* type, OSSL_PARAM* parameters) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context{
        EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), &EVP_PKEY_CTX_free};
    if (!context) throw std::runtime_error("OpenSSL failed: EVP_PKEY_CTX_new_from_name");
    check(EVP_PKEY_fromdata_init(context.get()), "EVP_PKEY_fromdata_init");
    EVP_PKEY* key = nullptr;
    const int made = EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters);
    return {made == 1 ? key : nullptr, &EVP_PKEY_free};
}

bool sha256_verify(EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const auto context = new_digest();
    check(EVP_DigestVerifyInit(context.get(), nullptr, sha256_method(), nullptr, key),
          "EVP_DigestVerifyInit");
    return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                            message.size()) == 1;
}

using big_number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

big_number number_from(std::string_view big_endian) {
    return {BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr), &BN_free};
}

}  // namespace

bool rsa_sha256_verify(std::string_view modulus, std::string_view exponent,
                       std::string_view message, std::string_view signature) {
    constexpr std::size_t exponent_bytes_max = 8;
    while (modulus.starts_with('\0')) modulus.remove_prefix(1);
    if (modulus.size() < rsa_bytes_min || modulus.size() > rsa_bytes_max || exponent.empty() ||
        exponent.size() > exponent_bytes_max)
        return false;
    const auto n = number_from(modulus);
    const auto e = number_from(exponent);
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder{
        OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free};
    if (!n || !e || !builder) throw std::runtime_error("OpenSSL failed: no memory for a key");
    check(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()), "push_BN");
    check(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()), "push_BN");
    const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters{
        OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free};
    const auto key = key_from("RSA", parameters.get());
    return key && sha256_verify(key.get(), message, signature);
}

bool p256_sha256_verify(std::string_view x, std::string_view y, std::string_view message,
                        std::string_view signature) {
    if (x.size() != p256_bytes || y.size() != p256_bytes || signature.size() != 2 * p256_bytes)
        return false;
    std::string point = "\x04";
    point.append(x).append(y);
    std::string group = "P-256";
    std::array<OSSL_PARAM, 3> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end()};
    const auto key = key_from("EC", parameters.data());
    if (!key) return false;
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts{ECDSA_SIG_new(),
                                                                      &ECDSA_SIG_free};
    auto r = number_from(signature.substr(0, p256_bytes));
    auto s = number_from(signature.substr(p256_bytes));
    if (!parts || !r || !s) throw std::runtime_error("OpenSSL failed: no memory for a signature");
    check(ECDSA_SIG_set0(parts.get(), r.release(), s.release()), "ECDSA_SIG_set0");
    std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(parts.get(), nullptr)), '\0');
    unsigned char* end = bytes(der);
    i2d_ECDSA_SIG(parts.get(), &end);
    return sha256_verify(key.get(), message, der);
}

}  // namespace tollgate::base
