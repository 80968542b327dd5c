// Teams, API keys, roles.
#include <catch2/catch.hpp>

#include "base/ids.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace people_test {

using namespace tollgate;
using test::admin_fixture;

TEST_CASE("admin api keys: a key is shown once, works, and stops when it is deleted",
          "[admin][api_keys]") {
    admin_fixture t;
    const auto made = t.send("POST", "/api-key", R"({"name":"CI","role":"viewer"})");
    REQUIRE(made.status == 201);
    const std::string secret = made.body.at("key");
    CHECK(tenancy::well_formed_token(secret, tenancy::api_key_prefix));
    CHECK(made.body.at("created_by") == t.owner.id);
    CHECK(t.send_as(secret, "GET", "/integrated-account").status == 200);
    const auto list = t.send("GET", "/api-key");
    CHECK(list.body.at("result").size() == 2);
    CHECK(list.text.find(secret.substr(8)) == std::string::npos);
    const auto one = t.send("GET", "/api-key/" + made.id());
    CHECK(one.body.at("key_prefix") == secret.substr(0, 8));
    CHECK_FALSE(one.body.contains("key"));
    CHECK(t.send("DELETE", "/api-key/" + made.id()).status == 204);
    CHECK(t.send_as(secret, "GET", "/integrated-account").status == 401);
    CHECK(t.send("GET", "/api-key/" + made.id()).status == 404);
    CHECK(t.send("DELETE", "/api-key/" + t.owner.id).code() == "last_admin_key");
    CHECK(t.send("POST", "/api-key", R"({"name":"x","role":"root"})").code() == "unknown_role");
    CHECK(t.send("POST", "/api-key", R"({"name":"x"})").field() == "role");
}

TEST_CASE("admin teams: the owner makes teams, each with its first key", "[admin][teams]") {
    admin_fixture t;
    const auto made = t.send("POST", "/team", R"({"name":"Shop"})");
    REQUIRE(made.status == 201);
    CHECK(base::is_id(made.id(), "team"));
    const std::string secret = made.body.at("api_key").at("key");
    CHECK(t.send("GET", "/team").body.at("result").size() == 2);
    const auto own = t.send_as(secret, "GET", "/team");
    REQUIRE(own.body.at("result").size() == 1);
    CHECK(own.body.at("result")[0].at("id") == made.id());
    const auto refused = t.send_as(secret, "POST", "/team", R"({"name":"x"})");
    CHECK(refused.status == 403);
    CHECK(refused.code() == "owner_only");
    const auto unknown = t.send("POST", "/team", R"({"title":"x"})");
    CHECK(unknown.code() == "unknown_field");
    CHECK(unknown.body["detail"] == "unknown field 'title'; known here: name");
    // two pages
    const auto first = t.send("GET", "/team?limit=1");
    const std::string cursor = first.body.at("next_cursor");
    const auto second = t.send("GET", "/team?limit=1&cursor=" + cursor);
    CHECK(second.body.at("next_cursor").is_null());
    CHECK(second.body.at("result")[0] != first.body.at("result")[0]);
}

TEST_CASE("admin roles: each role does what it may and no more", "[admin][roles]") {
    admin_fixture t;
    const std::string account = "/integrated-account/" + t.connect_account();
    const std::string server =
        account + "/mcp/" + t.send("POST", account + "/mcp", R"({"name":"x"})").id();
    const std::string viewer = t.key_with_role("viewer");
    const std::string operator_key = t.key_with_role("operator");
    struct attempt {
        const char* verb;
        std::string target;
        const char* body;
        bool for_viewer;
        bool for_operator;
    };
    for (const auto& [verb, target, body, for_viewer, for_operator] : {
             attempt{"GET", "/team", "", true, true},
             attempt{"GET", "/integrated-account", "", true, true},
             attempt{"GET", account, "", true, true},
             attempt{"GET", account + "/tools", "", true, true},
             attempt{"GET", account + "/mcp", "", true, true},
             attempt{"GET", server, "", true, true},
             attempt{"POST", account + "/mcp", R"({"name":"y"})", false, true},
             attempt{"PATCH", server, R"({"name":"y"})", false, true},
             attempt{"POST", server + "/rotate", "", false, true},
             attempt{"DELETE", server, "", false, true},
             attempt{"POST", "/integrated-account", R"({})", false, false},
             attempt{"PATCH", account, R"({"name":"y"})", false, false},
             attempt{"DELETE", account, "", false, false},
             attempt{"GET", "/api-key", "", false, false},
             attempt{"POST", "/api-key", R"({"name":"y","role":"admin"})", false, false},
             attempt{"DELETE", "/api-key/" + t.owner.id, "", false, false},
             attempt{"POST", "/team", R"({"name":"y"})", false, false},
         }) {
        INFO(verb << " " << target);
        const auto as_viewer = t.send_as(viewer, verb, target, body);
        CHECK((as_viewer.status < 300) == for_viewer);
        if (!for_viewer) CHECK(as_viewer.code() == "role_too_low");
        const auto as_operator = t.send_as(operator_key, verb, target, body);
        CHECK((as_operator.status < 300) == for_operator);
        if (!for_operator) CHECK(as_operator.status == 403);
    }
}

}  // namespace people_test
