#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "tenancy/oauth/clients.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/oauth/refresh_token.hpp"
#include "tenancy/oauth/sealed_text.hpp"
#include "tenancy/oauth/signer.hpp"
#include "tenancy/secrets/key_ring.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace oauth_values_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;
using namespace std::chrono_literals;

namespace {

const std::string proof(43, 'v');
const std::string redirect = "https://client.example/callback";

token_hasher hasher_of(const std::string& peppers) {
    key_source source;
    source.text = peppers;
    return token_hasher{load_key_ring(source, "pepper").value().ring};
}

}  // namespace

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

TEST_CASE("tenancy refresh_token: each follows from the one before, also under an older pepper",
          "[tenancy][oauth]") {
    const std::string old_pepper = test::pepper_text;
    const std::string new_pepper = test::master_key_text;
    const auto before = hasher_of(old_pepper);
    const std::string id = "oaz_4fTq0zPbX1c9LmYd8RkWvA2e";
    const std::string first{first_refresh_token(before, id).reveal()};
    CHECK(first.size() == 72);
    CHECK(authorization_of(before, first) == id);
    CHECK(first_refresh_token(before, id).reveal() != first);
    const std::string second{next_refresh_token(before, first).reveal()};
    CHECK(second != first);
    CHECK(next_refresh_token(before, first).reveal() == second);
    CHECK(authorization_of(before, second) == id);
    for (std::size_t i = 0; i < first.size(); ++i) {
        std::string changed = first;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(authorization_of(before, changed));
    }
    CHECK_FALSE(authorization_of(before, ""));
    CHECK_FALSE(authorization_of(hasher_of(new_pepper), first));
    const auto both = hasher_of(old_pepper + "\n" + new_pepper);
    CHECK(authorization_of(both, first) == id);
    CHECK(stored_as(both, first, before.hash(first)));
    CHECK_FALSE(stored_as(both, second, before.hash(first)));
    CHECK(authorization_of(both, next_refresh_token(both, first).reveal()) == id);
}

TEST_CASE("tenancy redirect_uri: https, or this computer on any port", "[tenancy][oauth]") {
    for (const char* good :
         {"https://a.example/cb", "https://a.example", "https://a.example:8443/cb?x=1",
          "http://localhost/cb", "http://127.0.0.1:1/cb", "http://[::1]:99/cb",
          "http://127.0.0.1:65535/cb"})
        CHECK(check_redirect_uri(good).has_value());
    for (const char* bad : {"",
                            "https://",
                            "https:///cb",
                            "http://a.example/cb",
                            "http://localhost.evil.example/",
                            "http://127.0.0.1.evil.example/",
                            "https://a@b.example/",
                            "https://a.example/#x",
                            "https://a.example/ x",
                            "https://a.example/\n",
                            "https://a.example:x/",
                            "https://a.example:123456/",
                            "https://a.example:65536/",
                            "http://127.0.0.1:99999/cb",
                            "https://a.example:000001/",
                            "javascript:alert(1)",
                            "cursor://x",
                            "https://a.ex\\ample/",
                            "HTTPS://a.example/",
                            "https://[::2]/",
                            "https://\xC3\xA4.example/",
                            "//a.example/"})
        CHECK(check_redirect_uri(bad).has_error());
    CHECK(check_redirect_uri("https://a.example/" + std::string(2000, 'x')).has_error());
    const std::vector<std::string> known{"https://a.example/cb", "http://127.0.0.1/cb",
                                         "http://localhost:5000/cb?x=1"};
    CHECK(redirect_allowed(known, "https://a.example/cb"));
    CHECK(redirect_allowed(known, "http://127.0.0.1:49152/cb"));
    CHECK(redirect_allowed(known, "http://localhost/cb?x=1"));
    for (const char* other :
         {"https://a.example/cb/", "https://a.example/cb?x", "https://a.example",
          "https://a.example:443/cb", "http://127.0.0.1:1/cb?x=1", "http://localhost:1/cb",
          "http://[::1]/cb", "http://127.0.0.2/cb"})
        CHECK_FALSE(redirect_allowed(known, other));
    CHECK(origin_of_uri("https://a.example:8443/cb?x") == "https://a.example:8443");
    CHECK(host_of_uri("http://[::1]:99/cb") == "[::1]:99");
    CHECK(on_this_computer("http://[::1]:99/cb"));
    CHECK_FALSE(on_this_computer(redirect));
}

TEST_CASE("tenancy redirect_uri: applications' own schemes are those of the list, whole",
          "[tenancy][oauth]") {
    const std::vector<std::string> prefixes{"cursor://anysphere.cursor-mcp/oauth/callback",
                                            "vscode://dynamicauthprovider/"};
    for (const char* good :
         {"cursor://anysphere.cursor-mcp/oauth/callback",
          "vscode://dynamicauthprovider/as.example/redirect?nonce=1", "https://a.example/cb"})
        CHECK(check_redirect_uri(good, prefixes).has_value());
    for (const char* bad :
         {"cursor://anysphere.cursor-mcp/oauth/callback/",
          "cursor://anysphere.cursor-mcp/oauth/callback?x", "cursor://anysphere.cursor-mcp/",
          "cursor://evil/oauth/callback", "CURSOR://anysphere.cursor-mcp/oauth/callback",
          "vscode://dynamicauthprovider", "vscode://dynamicauthprovider.evil/",
          "vscode://dynamicauthprovider/../x", "vscode://dynamicauthprovider/%2e%2e/x",
          "vscode://dynamicauthprovider/#x", "javascript://dynamicauthprovider/"}) {
        INFO(bad);
        CHECK(check_redirect_uri(bad, prefixes).has_error());
        CHECK(check_redirect_uri(bad).has_error());
    }
    for (const auto& prefix : prefixes) CHECK(check_app_prefix(prefix).has_value());
    for (const char* bad :
         {"", "cursor", "cursor://", "cursor://a", "https://a/", "javascript://a/", "data://a/",
          "Cursor://a/", "cursor://a/../b", "cursor://a@b/", "*://a/"})
        CHECK(check_app_prefix(bad).has_error());
    CHECK(origin_of_uri(prefixes[0]) == "cursor:");
    CHECK(host_of_uri(prefixes[0]) == "cursor://anysphere.cursor-mcp");
    CHECK(on_this_computer(prefixes[0]));
}

TEST_CASE("tenancy clients: what a client may say of itself", "[tenancy][oauth]") {
    const auto read = [](std::string_view text) { return decode_client(text); };
    const auto good = read(R"({"client_name":"X","redirect_uris":["https://a.example/"],"new":1})");
    REQUIRE(good.has_value());
    CHECK(check_client(*good).has_value());
    for (const char* text : {"[]", "{", "", R"({"redirect_uris":"x"})", R"({"redirect_uris":[1]})",
                             R"({"client_name":1,"redirect_uris":[]})"})
        CHECK_FALSE(read(text));
    for (const char* text :
         {"{}", R"({"redirect_uris":[]})",
          R"({"redirect_uris":["https://a.example/"],"grant_types":["client_credentials"]})",
          R"({"redirect_uris":["https://a.example/"],"response_types":["token"]})",
          R"({"redirect_uris":["http://a.example/"]})"}) {
        const auto client = read(text);
        REQUIRE(client.has_value());
        const auto refused = check_client(*client);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "invalid_redirect_uri");
    }
    auto named = *good;
    named.name = "a\nb";
    CHECK(check_client(named).error().code == "invalid_client_metadata");
    named.name = std::string(201, 'a');
    CHECK(check_client(named).error().code == "invalid_client_metadata");
    named.name.clear();
    named.redirect_uris.assign(11, "https://a.example/");
    CHECK(check_client(named).error().code == "invalid_redirect_uri");
}

}  // namespace oauth_values_test
