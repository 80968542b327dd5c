#include "tenancy/oauth/redirect_uri.hpp"

#include <catch2/catch.hpp>

namespace redirect_uri_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;

namespace {

const std::string redirect = "https://client.example/callback";

}  // namespace

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

}  // namespace redirect_uri_test
