#include "base/crypto.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <vector>

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

TEST_CASE("crypto: Ed25519 keys and signatures match RFC 8032", "[base][crypto]") {
    // RFC 8032 §7.1, tests 1 and 3: seed, public key, message, signature.
    const std::vector<std::array<std::string, 4>> vectors{
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
         "1cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
         "984dc6594a7c15e9716ed28dc027beceea1ec40a"}};
    for (const auto& [seed, public_key, message, signature] : vectors) {
        const ed25519_key key{from_hex(seed).value()};
        const std::string text = from_hex(message).value();
        CHECK(hex(as_view(key.public_key())) == public_key);
        CHECK(hex(key.sign(text)) == signature);
        CHECK(ed25519_verify(key.public_key(), text, from_hex(signature).value()));
    }
    CHECK_THROWS_AS(ed25519_key{std::string(31, 'k')}, std::runtime_error);
    CHECK_THROWS_AS(ed25519_key{std::string(64, 'k')}, std::runtime_error);
}

TEST_CASE("crypto: an Ed25519 signature fails for every other message, key and spelling",
          "[base][crypto]") {
    const ed25519_key key{std::string(32, 's')};
    const std::string signature = key.sign("message");
    REQUIRE(ed25519_verify(key.public_key(), "message", signature));
    CHECK_FALSE(ed25519_verify(key.public_key(), "messagE", signature));
    CHECK_FALSE(
        ed25519_verify(ed25519_key{std::string(32, 't')}.public_key(), "message", signature));
    CHECK_FALSE(ed25519_verify(key.public_key(), "message", signature + '\0'));
    CHECK_FALSE(ed25519_verify(key.public_key(), "message", signature.substr(0, 63)));
    CHECK_FALSE(ed25519_verify(key.public_key(), "message", ""));
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        std::string changed = signature;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        CHECK_FALSE(ed25519_verify(key.public_key(), "message", changed));
    }
    // S + L is the same number modulo the order L, and must not be a second valid signature.
    const std::string order =
        from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
    std::string second = signature;
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += static_cast<unsigned char>(second[32 + i]);
        carry += static_cast<unsigned char>(order[i]);
        second[32 + i] = static_cast<char>(carry & 0xFFU);
        carry >>= 8U;
    }
    CHECK_FALSE(ed25519_verify(key.public_key(), "message", second));
}

}  // namespace crypto_test
