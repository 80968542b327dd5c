#include "tenancy/oauth/clients.hpp"

#include <catch2/catch.hpp>

namespace clients_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;

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

}  // namespace clients_test
