#include "tenancy/oauth/signer.hpp"

#include <catch2/catch.hpp>

namespace signer_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;

TEST_CASE("tenancy signer: only our header and our key open a token", "[tenancy][oauth]") {
    const token_signer signer{base::secret{std::string(32, 'k')}};
    const std::string token = signer.sign(R"({"a":1})");
    CHECK(signer.open(token) == R"({"a":1})");
    // As another program computes it (RFC 7515 §5.1).
    CHECK(token ==
          "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJhIjoxfQ."
          "7m5jzA_EXq-VxTUlN0fZ_yMP6qK4xcE_DuNwRXcU46s");
    const token_signer other{base::secret{std::string(32, 'x')}};
    CHECK_FALSE(other.open(token));
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    const std::string body = token.substr(first, second - first);
    // {"alg":"none","typ":"at+jwt"}, {"alg":"RS256","typ":"at+jwt"}, and ours in another order.
    for (const std::string header :
         {"eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9",
          "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9"}) {
        CHECK_FALSE(signer.open(header + body + token.substr(second)));
        CHECK_FALSE(signer.open(header + body + "."));
    }
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(signer.open(changed));
        CHECK_FALSE(signer.open(token.substr(0, i)));
    }
    // Every other spelling of the same signature: its last character holds two bits for nothing.
    for (const char last :
         std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}) {
        auto spelled = token;
        spelled.back() = last;
        CHECK(signer.open(spelled).has_value() == (spelled == token));
    }
    CHECK_FALSE(signer.open(""));
    for (const char c : {'=', '+', '/', ' ', '\n'}) {
        std::string respelt = token;
        respelt.back() = c;
        CHECK_FALSE(signer.open(respelt));
    }
    CHECK_FALSE(signer.open(token + ".x"));
}

}  // namespace signer_test
