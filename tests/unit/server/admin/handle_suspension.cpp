// Suspend and resume, an instance owner's calls for other teams, and what is safe by default.
#include <catch2/catch.hpp>

#include "server/admin/change_note_codec.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace handle_suspension_test {

using namespace tollgate;
using test::admin_fixture;
using test::json;

namespace {

struct fixture : admin_fixture {
    std::string account_id = connect_account();
    std::string account = "/integrated-account/" + account_id;

    test::reply create(const std::string& body = R"({"name":"Server"})") {
        return send("POST", account + "/mcp", body);
    }
    std::string path_of(const test::reply& made) { return account + "/mcp/" + made.id(); }
    bool works(const test::reply& made) {
        const auto url = made.body.at("url").get<std::string>();
        return test::run_sync(registry->grants().find(url.substr(url.rfind('/') + 1))).has_value();
    }
    // Opens the store again with what new MCP servers get.
    void with_defaults() {
        auto options = test::test_options();
        options.limits.default_methods = {"read"};
        options.limits.default_expiry = std::chrono::days{90};
        reopen(options);
    }
};

bool says(const json& warnings, std::string_view words) {
    for (const auto& one : warnings)
        if (one.get<std::string>().find(words) != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("admin suspension: a server is suspended and resumed", "[admin][suspension]") {
    fixture t;
    const auto made = t.create();
    const std::string path = t.path_of(made) + "/suspend";
    const std::string operator_key = t.key_with_role("operator");
    CHECK(t.send_as(t.key_with_role("viewer"), "POST", path).code() == "role_too_low");
    CHECK(t.send_as(t.foreign_key(), "POST", path).status == 404);
    CHECK(t.works(made));
    const auto suspended = t.send_as(operator_key, "POST", path, R"({"reason":"odd calls"})");
    CHECK(suspended.status == 200);
    CHECK(suspended.body.at("status") == "suspended");
    CHECK(suspended.body.at("suspended_at").is_string());
    CHECK(suspended.body.at("suspended_by") == "server");
    CHECK_FALSE(t.works(made));
    CHECK(t.send("POST", path, R"({"why":"x"})").code() == "unknown_field");
    const auto resumed = t.send_as(operator_key, "DELETE", path);
    CHECK(resumed.body.at("status") == "active");
    CHECK(resumed.body.at("suspended_at").is_null());
    CHECK(resumed.body.at("suspended_by").is_null());
    CHECK(t.works(made));
}

TEST_CASE("admin suspension: an account's and the team's servers, each by one call",
          "[admin][suspension]") {
    fixture t;
    const auto one = t.create();
    const auto two = t.create();
    const std::string operator_key = t.key_with_role("operator");
    for (const std::string& path : {t.account + "/suspend", std::string{"/team/suspend"}}) {
        INFO(path);
        const auto suspended = t.send_as(operator_key, "POST", path);
        CHECK(suspended.status == 200);
        CHECK(suspended.body.at("suspended_at").is_string());
        CHECK(suspended.body.at("mcp_servers") == 2);
        CHECK_FALSE(t.works(one));
        CHECK_FALSE(t.works(two));
        // Its own row says nothing of that, and whoever reads it must not think that it runs.
        const auto seen = t.send("GET", t.path_of(one));
        CHECK(seen.body.at("status") == "suspended");
        CHECK(seen.body.at("suspended_at").is_null());
        CHECK(seen.body.at("suspended_by") == (path == "/team/suspend" ? "team" : "account"));
        const auto list = t.send("GET", t.account + "/mcp");
        REQUIRE(list.body.at("result").size() == 2);
        for (const auto& listed : list.body.at("result")) CHECK(listed.at("status") == "suspended");
        CHECK(t.send_as(operator_key, "DELETE", path).code() == "role_too_low");
        CHECK(t.send("DELETE", path).body.at("suspended_at").is_null());
        CHECK(t.works(one));
    }
    t.send("POST", t.account + "/suspend");
    CHECK(t.send("GET", t.account).body.at("status") == "suspended");
}

TEST_CASE(
    "admin suspension: all servers of a person are counted, suspended and revoked, and no other",
    "[admin][suspension]") {
    fixture t;
    const std::string revoke = "/team/person/revoke";
    const std::string suspend = "/team/person/suspend";
    const auto one = t.create(R"({"name":"1","holder":"ben@example.com"})");
    const auto two = t.create(R"({"name":"2","holder":"ben@example.com"})");
    // The search finds a part of the text; a person is the whole of it.
    const auto other = t.create(R"({"name":"3","holder":"uben@example.com"})");
    const std::string operator_key = t.key_with_role("operator");
    const std::string viewer = t.key_with_role("viewer");
    const auto shown = t.send_as(viewer, "GET", revoke + "?holder=ben@example.com");
    CHECK(shown.body.at("would_end") == 2);
    CHECK(shown.body.at("result").size() == 2);
    const std::string wrong = R"({"holder":"ben@example.com","reason":"left","expect":3})";
    const std::string right = R"({"holder":"ben@example.com","reason":"left","expect":2})";
    for (const std::string& path : {suspend, revoke}) {
        INFO(path);
        CHECK(t.send_as(viewer, "POST", path, right).code() == "role_too_low");
        CHECK(t.send_as(t.foreign_key(), "POST", path, right).code() == "count_differs");
        CHECK(t.send_as(operator_key, "POST", path, wrong).code() == "count_differs");
        for (const char* body : {R"({"reason":"x","expect":0})",
                                 R"({"holder":"a","created_by":"b","reason":"x","expect":0})"})
            CHECK(t.send_as(operator_key, "POST", path, body).code() == "invalid_person");
        CHECK(t.send("POST", path, R"({"holder":"ben@example.com","expect":2})").code() ==
              "missing_field");
    }
    CHECK(t.works(one));
    const auto suspended = t.send_as(operator_key, "POST", suspend, right);
    CHECK(suspended.body.at("suspended") == 2);
    CHECK_FALSE(t.works(one));
    CHECK_FALSE(t.works(two));
    CHECK(t.works(other));
    CHECK(t.send("DELETE", t.path_of(one) + "/suspend").status == 200);
    CHECK(t.works(one));
    CHECK(t.send_as(operator_key, "POST", revoke, right).body.at("revoked") == 2);
    CHECK_FALSE(t.works(one));
    CHECK(t.send("GET", t.path_of(two)).body.at("status") == "revoked");
    CHECK(t.works(other));
    const std::string maker = other.body.at("created_by").get<std::string>();
    const auto made = t.send("GET", revoke + "?created_by=" + maker);
    CHECK(made.body.at("would_end") == 1);
    CHECK(t.send("POST", revoke, R"({"created_by":")" + maker + R"(","reason":"x","expect":1})")
              .body.at("revoked") == 1);
    CHECK_FALSE(t.works(other));
}

TEST_CASE("admin suspension: an instance owner acts for any team, others for none but theirs",
          "[admin][suspension]") {
    fixture t;
    const auto made = t.send("POST", "/team", R"({"name":"Shop"})");
    const std::string theirs = made.body.at("api_key").at("key").get<std::string>();
    const std::string team = "/team/" + made.id();
    const std::string own = "/team/" + t.owner.team_id;
    const auto account = t.send_as(theirs, "POST", "/integrated-account",
                                   R"({"name":"A","credential":")" + test::test_credential + "\"}");
    const auto server = t.send_as(theirs, "POST", "/integrated-account/" + account.id() + "/mcp",
                                  R"({"name":"S"})");
    CHECK(t.send("GET", team).body.at("name") == "Shop");
    CHECK(t.send_as(theirs, "GET", team).status == 200);
    for (const auto& [verb, path] :
         {std::pair{"POST", "/freeze"}, std::pair{"DELETE", "/freeze"},
          std::pair{"POST", "/suspend"}, std::pair{"DELETE", "/suspend"}}) {
        INFO(verb << path);
        CHECK(t.send_as(theirs, verb, own + path).code() == "not_found");
        CHECK(t.send_as(theirs, verb, team + path).status == 200);
        CHECK(t.send(verb, team + path).status == 200);
    }
    CHECK(t.send_as(theirs, "GET", own).code() == "not_found");
    CHECK(t.send_as(theirs, "GET", own + "/revoke").code() == "not_found");
    CHECK(t.send_as(theirs, "POST", own + "/api-key", R"({"name":"x"})").code() == "not_found");
    CHECK(t.send_as(theirs, "POST", own + "/revoke", R"({"reason":"x","expect":0})").code() ==
          "not_found");
    CHECK(t.send("GET", team + "/revoke").body.at("would_end") == 1);
    CHECK(t.send("POST", team + "/suspend").body.at("mcp_servers") == 1);
    CHECK_FALSE(t.works(server));
    CHECK(t.send("POST", team + "/revoke", R"({"reason":"shut","expect":1})").body.at("revoked") ==
          1);
    // Somebody there lost the last key.
    const auto key = t.send("POST", team + "/api-key", R"({"name":"Found again"})");
    CHECK(key.status == 201);
    CHECK(key.body.at("role") == "admin");
    CHECK(key.body.at("instance_owner") == false);
    const auto secret = key.body.at("key").get<std::string>();
    CHECK(t.send_as(secret, "GET", team).body.at("name") == "Shop");
    CHECK(t.send("GET", "/team/team_none").code() == "not_found");
    CHECK(t.send("GET", "/team/freeze").status == 405);
}

TEST_CASE("admin suspension: explain says first that nothing is called at all",
          "[admin][suspension]") {
    struct nothing_refused final : tenancy::call_explainer {
        base::result<std::string> explain(const tenancy::grant&, std::string_view) const override {
            return std::string{
                R"({"tool":"x","visible":true,"listed":"full","reason":null,"allowed":true,)"
                R"("refused_by":null,"request":null,"sent":false})"};
        }
        base::result<std::string> describe(const tenancy::grant&, std::string_view) const override {
            return std::string{"{}"};
        }
    };
    fixture t;
    const nothing_refused explainer;
    const auto made = t.create(R"({"name":"S","expires_at":"2026-11-21T00:00:00Z"})");
    const auto why = [&] {
        const std::string target = t.path_of(made) + "/explain";
        const std::string authorization = "Bearer " + t.key;
        base::http_request request;
        request.method = "POST";
        request.target = request.path = target;
        request.headers.push_back({"Authorization", authorization});
        request.body = R"({"tool":"x"})";
        admin::admin_api api{admin::services{*t.registry}, t.log, &explainer};
        const auto explained =
            json::parse(test::run_sync(api.handle(request, {"req_1", "", ""})).body);
        CHECK(explained.at("allowed") == explained.at("refused_by").is_null());
        return explained.at("refused_by").is_null()
                   ? std::string{}
                   : explained.at("refused_by").at("code").get<std::string>();
    };
    CHECK(why().empty());
    t.send("POST", "/team/suspend");
    CHECK(why() == "team_suspended");
    t.send("POST", t.account + "/suspend");
    CHECK(why() == "account_suspended");
    t.send("POST", t.path_of(made) + "/suspend");
    CHECK(why() == "server_suspended");
    t.clock.advance(std::chrono::hours{24});
    CHECK(why() == "server_expired");
    t.send("DELETE", t.path_of(made));
    CHECK(why() == "server_revoked");
}

TEST_CASE("admin suspension: a server of which nothing is said reads, and ends after 90 days",
          "[admin][suspension]") {
    fixture t;
    t.with_defaults();
    const auto made = t.create();
    CHECK(made.body.at("config") == json::parse(R"({"methods":["read"]})"));
    CHECK(made.body.at("expires_at") == "2027-02-18T12:00:00.000Z");
    CHECK(made.body.at("tools").at("writing") == 0);
    CHECK(made.body.at("tools").at("warnings").empty());
    // What is said holds.
    const auto named =
        t.create(R"({"name":"S","config":{"tools":{"allow":["create_a_stripe_refund"]}}})");
    CHECK_FALSE(named.body.at("config").contains("methods"));
    CHECK(named.body.at("tools").at("writing") == 1);
    const auto all = t.create(
        R"({"name":"S","config":{"methods":["read","write","custom"]},"expires_at":null})");
    CHECK(all.body.at("expires_at").is_null());
    CHECK(says(all.body.at("tools").at("warnings"), "never expires"));
    CHECK_FALSE(says(all.body.at("tools").at("warnings"), "every operation"));
}

TEST_CASE("admin suspension: without defaults, a server that may do everything is warned of",
          "[admin][suspension]") {
    fixture t;
    const auto made = t.create();
    CHECK(says(made.body.at("tools").at("warnings"), "never expires"));
    CHECK(says(made.body.at("tools").at("warnings"), "4 of which change something"));
}

TEST_CASE("admin suspension: whose URL it is, is shown and found by", "[admin][suspension]") {
    fixture t;
    const auto made = t.create(R"({"name":"S","holder":"Ada Lovelace <ada@example.com>"})");
    CHECK(made.body.at("holder") == "Ada Lovelace <ada@example.com>");
    const auto none = t.create();
    CHECK(none.body.at("holder").is_null());
    const auto found = t.send("GET", "/mcp?holder=ADA%40");
    REQUIRE(found.body.at("result").size() == 1);
    CHECK(found.body.at("result")[0].at("id") == made.id());
    CHECK(t.send("POST", "/mcp/find", R"({"holder":"love"})").body.at("result").size() == 1);
    CHECK(t.send("GET", "/mcp?holder=nobody").body.at("result").empty());
    CHECK(t.send("GET", "/mcp?holder=%25").body.at("result").empty());
    CHECK(t.send("PATCH", t.path_of(made), R"({"holder":null})").body.at("holder").is_null());
    CHECK(t.send("PATCH", t.path_of(made), R"({"holder":"a\nb"})").field() == "holder");
}

TEST_CASE("admin suspension: a rotation with overlap shows both tokens, as long as both work",
          "[admin][suspension]") {
    fixture t;
    const auto made = t.create();
    const auto rotated = t.send("POST", t.path_of(made) + "/rotate", R"({"overlap_seconds":3600})");
    CHECK(rotated.body.at("old_token_prefix") == made.body.at("token_prefix"));
    CHECK(rotated.body.at("token_prefix") != made.body.at("token_prefix"));
    const auto shown = t.send("GET", t.path_of(made));
    CHECK(shown.body.at("old_token_prefix") == made.body.at("token_prefix"));
    CHECK(shown.body.at("old_token_expires_at") == "2026-11-20T13:00:00.000Z");
    t.clock.advance(std::chrono::hours{1});
    CHECK(t.send("GET", t.path_of(made)).body.at("old_token_prefix").is_null());
    CHECK(t.send("POST", t.path_of(made) + "/rotate").body.at("old_token_prefix").is_null());
    // An old token that is ended by itself is no longer shown.
    const auto again = t.send("POST", t.path_of(made) + "/rotate", R"({"overlap_seconds":3600})");
    const auto next = t.send("POST", t.path_of(made) + "/rotate", R"({"overlap_seconds":3600})");
    CHECK(next.body.at("old_token_prefix") == again.body.at("token_prefix"));
    t.send("POST", "/revoke", json{{"token", again.body.at("url")}}.dump());
    CHECK(t.send("GET", t.path_of(made)).body.at("old_token_prefix").is_null());
}

TEST_CASE("admin suspension: an account with servers goes with their number and a reason",
          "[admin][suspension]") {
    fixture t;
    const auto made = t.create();
    CHECK(t.send("DELETE", t.account).code() == "count_differs");
    CHECK(t.send("DELETE", t.account + "?expect=1").code() == "reason_missing");
    CHECK(t.send("DELETE", t.account + "?expect=x").code() == "not_a_number");
    CHECK(t.send("DELETE", t.account + "?force=1").code() == "unknown_parameter");
    CHECK(t.works(made));
    const auto gone = t.send("DELETE", t.account + "?expect=1&reason=moved%20away");
    CHECK(gone.body == json{{"id", t.account_id}, {"deleted", true}, {"revoked", 1}});
    CHECK_FALSE(t.works(made));
    const auto empty = t.connect_account();
    CHECK(t.send("DELETE", "/integrated-account/" + empty).body.at("revoked") == 0);
}

TEST_CASE("admin suspension: the members that a change has changed are named",
          "[admin][suspension]") {
    const auto note = admin::changes_between(
        R"({"name":"Old","use_count":1,"tools":{"a":1},"config":{"methods":["read"],"tags":["x"]}})",
        R"({"name":"New","use_count":2,"tools":{"a":2},"config":{"tags":["x"],"confirm":"write"}})");
    CHECK(json::parse(note.from) == json::parse(R"({"name":"Old","config.methods":["read"],)"
                                                R"("config.confirm":null})"));
    CHECK(json::parse(note.to) == json::parse(R"({"name":"New","config.methods":null,)"
                                              R"("config.confirm":"write"})"));
    CHECK(admin::changes_between(R"({"a":1})", R"({"a":1})").from.empty());
    CHECK(admin::changes_between("[]", "{").from.empty());
    CHECK(admin::id_in(R"({"id":"mcp_1"})") == "mcp_1");
    CHECK(admin::id_in(R"({"id":1})").empty());
    CHECK(admin::id_in("x").empty());
}

}  // namespace handle_suspension_test
