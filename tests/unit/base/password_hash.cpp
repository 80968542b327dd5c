// Passwords at rest.
#include "base/password_hash.hpp"

#include <catch2/catch.hpp>

namespace password_hash_test {

using namespace tollgate::base;

TEST_CASE("password hash: is Argon2id, and verifies its own password only", "[base][password]") {
    const std::string hash = hash_password("correct horse", password_cost_lowest);
    CHECK(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    CHECK(verify_password(hash, "correct horse"));
    CHECK_FALSE(verify_password(hash, "correct horsf"));
    CHECK_FALSE(verify_password(hash, ""));
    CHECK(hash_password("correct horse", password_cost_lowest) != hash);
}

// From the test vectors of the reference implementation (phc-winner-argon2).
TEST_CASE("password hash: verifies a hash that another implementation made", "[base][password]") {
    const std::string known =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    CHECK(verify_password(known, "password"));
    CHECK_FALSE(verify_password(known, "Password"));
}

TEST_CASE("password hash: what is no hash verifies nothing", "[base][password]") {
    for (const char* text : {"", "x", "$argon2id$", "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
                             "$argon2id$v=19$m=8,t=1,p=1$$"}) {
        INFO(text);
        CHECK_FALSE(verify_password(text, ""));
        CHECK_FALSE(verify_password(text, "x"));
    }
    CHECK_FALSE(verify_password(std::string(10'000, '$'), "x"));
}

TEST_CASE("password hash: another cost is noticed", "[base][password]") {
    const std::string hash = hash_password("correct horse", password_cost_lowest);
    CHECK_FALSE(password_needs_rehash(hash, password_cost_lowest));
    CHECK(password_needs_rehash(hash, {2, password_cost_lowest.memory_bytes}));
    CHECK(password_needs_rehash(hash, {1, password_cost_lowest.memory_bytes * 2}));
    CHECK(password_needs_rehash("x", password_cost_lowest));
}

}  // namespace password_hash_test
