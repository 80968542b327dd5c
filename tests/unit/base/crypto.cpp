#include "base/crypto.hpp"

#include <catch2/catch.hpp>

namespace crypto_test {

using namespace tollgate::base;

TEST_CASE("crypto: digests match published vectors", "[base][crypto]") {
    // FIPS 180-2 "abc"; RFC 4231 test case 2; the CRC-32 check value.
    REQUIRE(hex(as_view(sha256("abc"))) ==
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    REQUIRE(hex(as_view(hmac_sha256("Jefe", "what do ya want for nothing?"))) ==
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    REQUIRE(crc32("123456789") == 0xCBF43926U);
}

TEST_CASE("crypto: what is sealed opens only with the same key and associated data",
          "[base][crypto]") {
    const std::string key(32, 'k');
    const std::string sealed = aes256gcm_seal(key, "rk_test_secret", "team|account");
    REQUIRE(aes256gcm_open(key, sealed, "team|account") == "rk_test_secret");
    REQUIRE_FALSE(aes256gcm_open(key, sealed, "team|other").has_value());
    REQUIRE_FALSE(aes256gcm_open(std::string(32, 'x'), sealed, "team|account").has_value());
    std::string flipped = sealed;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    REQUIRE_FALSE(aes256gcm_open(key, flipped, "team|account").has_value());
    REQUIRE_FALSE(aes256gcm_open(key, "short", "").has_value());
    REQUIRE(aes256gcm_seal(key, "same", "") != aes256gcm_seal(key, "same", ""));
}

TEST_CASE("crypto: text encodings round-trip and refuse other spellings", "[base][crypto]") {
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string data = random_bytes(size);
        REQUIRE(from_hex(hex(data)) == data);
        REQUIRE(from_base64(base64(data)) == data);
    }
    REQUIRE_FALSE(from_hex("abc").has_value());
    REQUIRE_FALSE(from_hex("zz").has_value());
    REQUIRE_FALSE(from_base64("QQ=").has_value());
    REQUIRE_FALSE(from_base64("QR==").has_value());
    REQUIRE(base62(0, 6) == "000000");
    REQUIRE(base62(61, 6) == "00000z");
}

TEST_CASE("crypto: random Base62 has the asked length and alphabet", "[base][crypto]") {
    const std::string text = random_base62(1000);
    REQUIRE(text.size() == 1000);
    REQUIRE(
        text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
        std::string::npos);
}

}  // namespace crypto_test
