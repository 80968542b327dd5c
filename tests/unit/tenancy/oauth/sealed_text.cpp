#include "tenancy/oauth/sealed_text.hpp"

#include <catch2/catch.hpp>

namespace sealed_text_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;

namespace {

const std::string proof(43, 'v');

}  // namespace

TEST_CASE("tenancy sealed_text: one purpose, nothing changed", "[tenancy][oauth]") {
    const std::string key(32, 'k');
    const std::string sealed = seal_text(key, "text", "one");
    CHECK(open_text(key, sealed, "one") == "text");
    CHECK_FALSE(open_text(key, sealed, "two"));
    CHECK_FALSE(open_text(std::string(32, 'x'), sealed, "one"));
    CHECK_FALSE(open_text(key, sealed.substr(1), "one"));
    CHECK_FALSE(open_text(key, "", "one"));
    CHECK(sealed.find_first_of("+/=") == std::string::npos);
    // RFC 7636, appendix B.
    CHECK(challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    CHECK(is_verifier(proof));
    CHECK_FALSE(is_verifier(std::string(42, 'v')));
    CHECK_FALSE(is_verifier(std::string(129, 'v')));
    CHECK_FALSE(is_verifier(std::string(43, ' ')));
    CHECK(is_challenge(challenge_of(proof)));
    CHECK_FALSE(is_challenge(std::string(44, 'a')));
}

}  // namespace sealed_text_test
