#include <catch2/catch.hpp>

#include <set>

#include "base/ids.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace servers_test {

using namespace tollgate;
using test::admin_fixture;
using test::json;

namespace {

struct fixture : admin_fixture {
    std::string account = connect_account();
    std::string servers = "/integrated-account/" + account + "/mcp";

    test::reply create(const std::string& body = R"({"name":"Server"})") {
        return send("POST", servers, body);
    }
    static std::string token_of(const test::reply& made) {
        const auto url = made.body.at("url").get<std::string>();
        return url.substr(url.rfind('/') + 1);
    }
    bool works(const std::string& token) {
        return test::run_sync(registry->grants().find(token)).has_value();
    }
};

std::set<std::string> members(const json& object) {
    std::set<std::string> out;
    for (const auto& member : object.items()) out.insert(member.key());
    return out;
}

}  // namespace

TEST_CASE("admin servers: the first published curl line works as printed", "[admin][servers]") {
    fixture t;
    const auto made = t.create(R"({
"name": "Claude Billing Analyst",
"config": {
"methods": ["read", "write"],
"tags": ["payments", "invoices"]
},
"expires_at": "2026-12-31T23:59:59Z"
})");
    REQUIRE(made.status == 201);
    CHECK(base::is_id(made.id(), "mcp"));
    CHECK(made.body.at("name") == "Claude Billing Analyst");
    CHECK(made.body.at("config") ==
          json::parse(R"({"methods":["read","write"],"tags":["payments","invoices"]})"));
    CHECK(made.body.at("expires_at") == "2026-12-31T23:59:59.000Z");
    CHECK(made.body.at("url").get<std::string>().starts_with("https://gateway.example/mcp/tgm_"));
    CHECK(tenancy::well_formed_token(fixture::token_of(made), tenancy::mcp_token_prefix));
    CHECK(t.works(fixture::token_of(made)));
    // What the line's page promises, among others.
    for (const char* promised :
         {"id", "name", "config", "expires_at", "created_by", "created_at", "token_prefix", "url"})
        CHECK(members(made.body).contains(promised));
    CHECK(made.header("Cache-Control") == "no-store");
}

TEST_CASE("admin servers: a new server shows what its list costs, and warns over the budget",
          "[admin][servers]") {
    fixture t;
    const auto made = t.create(R"({"name": "Read only", "config": {"methods": ["read"]},
        "expires_at": "2026-12-31T00:00:00Z"})");
    REQUIRE(made.status == 201);
    const auto& tools = made.body.at("tools");
    CHECK(tools.at("listing") == "full");
    CHECK(tools.at("listed") == 3);
    CHECK(tools.at("reachable") == 3);
    CHECK(tools.at("tokens").at("claude") == 500);
    CHECK(tools.at("tokens_max") == 16'000);
    CHECK(tools.at("warnings").empty());
    const auto patched = t.send("PATCH", "/integrated-account/" + t.account + "/mcp/" + made.id(),
                                R"({"config": {"listing": "full", "list_tokens_max": 1500}})");
    REQUIRE(patched.status == 200);
    const auto& warnings = patched.body.at("tools").at("warnings");
    REQUIRE(warnings.size() == 1);  // not of the budget
    CHECK(warnings[0].get<std::string>().find("every operation") != std::string::npos);
}

TEST_CASE("admin servers: a check adds default methods to a new config, and none to a stored one",
          "[admin][servers]") {
    fixture t;
    const auto made = t.create(R"({"name": "N", "config": {"tools":
        {"allow": ["search_stripe_customers", "delete_a_stripe_customer_by_id"]}}})");
    auto options = test::test_options();
    options.limits.default_methods = {"read"};
    t.reopen(options);
    const char* const all = R"({"config": {}})";
    const auto as_new = t.send("POST", t.servers + "/check", all);
    CHECK(as_new.body.at("config") == json::parse(R"({"methods": ["read"]})"));
    CHECK(as_new.body.at("list").at("writing") == 0);
    const std::string path = t.servers + "/" + made.id();
    const auto changed = t.send("POST", path + "/check", all);
    REQUIRE(changed.status == 200);
    CHECK(changed.body.at("config") == json::object());
    CHECK(changed.body.at("list").at("writing").get<int>() > 0);
    CHECK(t.send("GET", path).body.at("config") == made.body.at("config"));
    const auto patched = t.send("PATCH", path, all);
    CHECK(changed.body.at("config") == patched.body.at("config"));
    for (const char* same : {"listed", "reachable", "writing", "tokens"})
        CHECK(changed.body.at("list").at(same) == patched.body.at("tools").at(same));
}

TEST_CASE("admin servers: whoever may read a server may check a config, and another team may not",
          "[admin][servers]") {
    fixture t;
    const std::string stored = t.servers + "/" + t.create().id() + "/check";
    const char* const config = R"({"config": {"methods": ["read"]}})";
    for (const auto& path : {t.servers + "/check", stored}) {
        CHECK(t.send_as(t.key_with_role("viewer"), "POST", path, config).status == 200);
        CHECK(t.send_as(t.foreign_key(), "POST", path, config).status == 404);
    }
    CHECK(t.send("POST", t.servers + "/mcp_none/check", config).status == 404);
}

TEST_CASE("admin servers: a PATCH may demand that nobody changed the server since it was read",
          "[admin][servers]") {
    fixture t;
    const auto made = t.create();
    const std::string path = t.servers + "/" + made.id();
    const auto change = [&](const std::string& expected) {
        return t.send("PATCH", path,
                      R"({"name": "Mine", "expected_updated_at": ")" + expected + R"("})");
    };
    const std::string read = made.body.at("updated_at");
    t.clock.advance(std::chrono::milliseconds{1});
    REQUIRE(t.send("PATCH", path, R"({"name": "Of another"})").status == 200);
    const auto late = change(read);
    CHECK(late.status == 409);
    CHECK(late.code() == "version_changed");
    CHECK(t.send("GET", path).body.at("name") == "Of another");
    CHECK(change("soon").field() == "expected_updated_at");
    CHECK(change(t.send("GET", path).body.at("updated_at")).body.at("name") == "Mine");
}

TEST_CASE("admin servers: the second published curl line works as printed", "[admin][servers]") {
    fixture t;
    const auto made = t.create(R"({
"name": "Stripe Support Ops Server",
"config": {
"methods": ["read", "write"]
}
})");
    REQUIRE(made.status == 201);
    CHECK(made.body.at("config") == json::parse(R"({"methods":["read","write"]})"));
    CHECK(made.body.at("expires_at").is_null());
}

TEST_CASE("admin servers: the token is shown once and never again", "[admin][servers]") {
    fixture t;
    const auto made = t.create();
    const std::string token = fixture::token_of(made);
    const auto one = t.send("GET", t.servers + "/" + made.id());
    CHECK(one.status == 200);
    CHECK(one.body.at("status") == "active");
    CHECK(one.body.at("use_count") == 0);
    CHECK(one.body.at("last_used_at").is_null());
    CHECK(one.body.at("token_prefix") == token.substr(0, 8));
    const auto list = t.send("GET", t.servers);
    const auto patched = t.send("PATCH", t.servers + "/" + made.id(), R"({"name":"New"})");
    CHECK(patched.body.at("name") == "New");
    for (const auto& answer : {one, list, patched}) {
        CHECK(answer.text.find(token.substr(8)) == std::string::npos);
        CHECK(answer.text.find("\"url\"") == std::string::npos);
    }
}

TEST_CASE("admin servers: wrong bodies are refused with code and field", "[admin][servers]") {
    fixture t;
    struct expectation {
        const char* body;
        const char* code;
        const char* field;
    };
    for (const auto& [body, code, field] : {
             expectation{R"({})", "missing_field", "name"},
             expectation{R"({"name":7})", "wrong_type", "name"},
             expectation{R"({"name":""})", "invalid_name", "name"},
             expectation{R"({"name":"x","config":[]})", "wrong_type", "config"},
             expectation{R"({"name":"x","config":{"methods":"read"}})", "wrong_type",
                         "config.methods"},
             expectation{R"({"name":"x","config":{"methods":["read",1]}})", "wrong_type",
                         "config.methods[1]"},
             expectation{R"({"name":"x","config":{"methods":["GET"]}})", "unknown_method",
                         "config.methods[0]"},
             expectation{R"({"name":"x","config":{"metods":["read"]}})", "unknown_field",
                         "config.metods"},
             expectation{R"({"name":"x","config":{"tags":["nope"]}})", "unknown_tag",
                         "config.tags[0]"},
             expectation{R"({"name":"x","config":{"tools":{"allow":["nope"]}}})", "unknown_tool",
                         "config.tools.allow[0]"},
             expectation{R"({"name":"x","config":{"tools":{"deny":["nope"]}}})", "unknown_tool",
                         "config.tools.deny[0]"},
             expectation{R"({"name":"x","config":{"tools":{"only":[]}}})", "unknown_field",
                         "config.tools.only"},
             expectation{R"({"name":"x","config":{"require_api_token_auth":"yes"}})", "wrong_type",
                         "config.require_api_token_auth"},
             expectation{R"({"name":"x","config":{"methods":["custom"],"tags":["payments"]}})",
                         "filter_matches_no_tool", "config"},
             expectation{R"({"name":"x","expires_at":1767225599})", "wrong_type", "expires_at"},
             expectation{R"({"name":"x","expires_at":"soon"})", "invalid_expires_at", "expires_at"},
             expectation{R"({"name":"x","expires_at":"2026-11-20T12:00:30Z"})", "expires_too_soon",
                         "expires_at"},
             expectation{R"({"name":"x","expire_at":null})", "unknown_field", "expire_at"},
             expectation{R"({"name":"x","name":"y"})", "duplicate_key", "name"},
             expectation{R"({"name":"x","Name":"y"})", "duplicate_key", "Name"},
             expectation{R"({"name":"x")", "malformed_json", ""},
             expectation{R"(["name"])", "malformed_json", ""},
             expectation{R"(name=x)", "malformed_json", ""},
         }) {
        INFO(body);
        const auto refused = t.create(body);
        CHECK(refused.status == 400);
        CHECK(refused.code() == code);
        CHECK(refused.field() == field);
    }
    CHECK(t.create(R"({"name":"x","config":{"metods":["read"]}})")
              .detail()
              .find("did you mean 'config.methods'?") != std::string::npos);
    CHECK(t.create(R"({"name":"x","config":{"methods":["GET"]}})")
              .detail()
              .find("read, write, custom, list, get, search, create, update, delete") !=
          std::string::npos);
    CHECK(t.send("GET", t.servers).body.at("result").empty());
}

TEST_CASE("admin servers: malformed JSON is refused with line and column", "[admin][servers]") {
    fixture t;
    struct expectation {
        const char* body;
        const char* place;
    };
    for (const auto& [body, place] : {
             expectation{"name=x", "at line 1, column 2"},
             expectation{"{\"name\":\"x\"", "at line 1, column 12"},
             expectation{"{\n  \"name\": \"x\",\n}", "at line 3, column 1"},
             expectation{"{\"name\":\"\xC3\xA4\",,}", "at line 1, column 13"},
         }) {
        const auto refused = t.create(body);
        INFO(refused.detail());
        CHECK(refused.code() == "malformed_json");
        CHECK(refused.detail().find(place) != std::string::npos);
    }
}

TEST_CASE("admin servers: PATCH replaces the config and null clears the expiry",
          "[admin][servers]") {
    fixture t;
    const auto made = t.create(
        R"({"name":"x","config":{"methods":["read"]},"expires_at":"2026-11-21T00:00:00Z"})");
    const std::string path = t.servers + "/" + made.id();
    const auto changed =
        t.send("PATCH", path, R"({"config":{"tags":["payments"],"require_api_token_auth":true}})");
    CHECK(changed.status == 200);
    CHECK(changed.body.at("config") ==
          json::parse(R"({"tags":["payments"],"require_api_token_auth":true})"));
    CHECK(changed.body.at("expires_at") == "2026-11-21T00:00:00.000Z");
    CHECK(t.send("PATCH", path, R"({"expires_at":null})").body.at("expires_at").is_null());
    CHECK(t.send("PATCH", path, R"({})").code() == "empty_patch");
    CHECK(t.send("PATCH", path).code() == "empty_patch");
    CHECK(t.send("PATCH", path, R"({"config":null})").code() == "wrong_type");
    CHECK(t.send("PATCH", path, R"({"name":null})").code() == "wrong_type");
    CHECK(t.send("PATCH", path, R"({"token":"x"})").code() == "unknown_field");
}

TEST_CASE("admin servers: rotate answers the new url and when the old one ends",
          "[admin][servers]") {
    fixture t;
    const auto made = t.create();
    const std::string path = t.servers + "/" + made.id() + "/rotate";
    const auto overlapped = t.send("POST", path, R"({"overlap_seconds":3600})");
    REQUIRE(overlapped.status == 200);
    CHECK(overlapped.id() == made.id());
    CHECK(overlapped.body.at("old_token_expires_at") == "2026-11-20T13:00:00.000Z");
    CHECK(t.works(fixture::token_of(made)));
    const auto rotated = t.send("POST", path);  // no body: no overlap
    CHECK(rotated.body.at("old_token_expires_at").is_null());
    CHECK_FALSE(t.works(fixture::token_of(made)));
    CHECK_FALSE(t.works(fixture::token_of(overlapped)));
    CHECK(t.works(fixture::token_of(rotated)));
    for (const auto* body :
         {R"({"overlap_seconds":-1})", R"({"overlap_seconds":2592001})",
          R"({"overlap_seconds":1.5})", R"({"overlap_seconds":"60"})",
          R"({"overlap_seconds":18446744073709551615})", R"({"overlap_second":60})"})
        CHECK(t.send("POST", path, body).status == 400);
    CHECK(t.works(fixture::token_of(rotated)));
}

TEST_CASE("admin servers: DELETE revokes for good", "[admin][servers]") {
    fixture t;
    const auto made = t.create();
    const std::string path = t.servers + "/" + made.id();
    const auto revoked = t.send("DELETE", path);
    CHECK(revoked.status == 204);
    CHECK(revoked.text.empty());
    CHECK_FALSE(t.works(fixture::token_of(made)));
    const auto read = t.send("GET", path);
    CHECK(read.body.at("status") == "revoked");
    CHECK(read.body.at("revoked_at") == "2026-11-20T12:00:00.000Z");
    CHECK(t.send("DELETE", path).status == 204);
    CHECK(t.send("PATCH", path, R"({"name":"x"})").code() == "server_revoked");
    CHECK(t.send("POST", path + "/rotate").status == 409);
    CHECK(t.send("DELETE", t.servers + "/mcp_unknown").status == 404);
}

TEST_CASE("admin servers: lists page by an opaque cursor that is good for this list only",
          "[admin][servers]") {
    fixture t;
    for (int i = 0; i < 5; ++i) {
        REQUIRE(t.create(R"({"name":"s)" + std::to_string(i) + R"("})").status == 201);
        if (i % 2 == 1) t.clock.advance(std::chrono::milliseconds{1});
    }
    std::vector<std::string> names;
    std::string cursor;
    int pages = 0;
    do {
        const auto page =
            t.send("GET", t.servers + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
        REQUIRE(page.status == 200);
        for (const auto& row : page.body.at("result")) names.push_back(row.at("name"));
        cursor = page.body.at("next_cursor").is_null() ? "" : page.body.at("next_cursor");
        ++pages;
    } while (!cursor.empty());
    CHECK(pages == 3);
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == 5);
    CHECK(names.size() == 5);
    CHECK(names.front() == "s4");

    const std::string good = t.send("GET", t.servers + "?limit=2").body.at("next_cursor");
    std::string changed = good;
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    for (const std::string& wrong : {changed, std::string{"x"}, good + "A", good.substr(4)})
        CHECK(t.send("GET", t.servers + "?cursor=" + wrong).code() == "invalid_cursor");
    CHECK(t.send("GET", "/integrated-account?cursor=" + good).code() == "invalid_cursor");
    const std::string other = "/integrated-account/" + t.connect_account() + "/mcp";
    CHECK(t.send("GET", other + "?cursor=" + good).code() == "invalid_cursor");
    CHECK(t.send_as(t.foreign_key(), "GET", t.servers + "?cursor=" + good).code() ==
          "invalid_cursor");
    for (const auto* limit : {"0", "101", "-1", "x", "1.5", ""})
        CHECK(t.send("GET", t.servers + "?limit=" + limit).code() == "invalid_limit");
    CHECK(t.send("GET", t.servers + "?limit=100").status == 200);
    CHECK(t.send("GET", t.servers + "?limits=1").code() == "unknown_parameter");
    CHECK(t.send("GET", t.servers + "?limit=1&limit=2").code() == "repeated_parameter");
    CHECK(t.send("GET", t.servers + "?limit=%zz").code() == "malformed_query");
}

TEST_CASE("admin servers: tools shows what a filter would expose and what it costs",
          "[admin][servers]") {
    fixture t;
    const std::string tools = "/integrated-account/" + t.account + "/tools";
    const auto all = t.send("GET", tools);
    REQUIRE(all.status == 200);
    CHECK(all.body.at("tool_count") == 7);
    CHECK(all.body.at("tokens") == 910);
    const auto some = t.send("GET", tools + "?methods=read,delete&tags=customers");
    CHECK(some.body.at("result") == json::parse(R"([
        {"name":"delete_a_stripe_customer_by_id","method":"delete","tags":["customers"],
         "tokens":60},
        {"name":"search_stripe_customers","method":"search","tags":["customers"],"tokens":90}])"));
    CHECK(some.body.at("tokens") == 150);
    const auto none = t.send("GET", tools + "?methods=custom&tags=payments");
    CHECK(none.status == 200);
    CHECK(none.body.at("tool_count") == 0);
    CHECK(t.send("GET", tools + "?methods=reed").field() == "methods[0]");
    CHECK(t.send("GET", tools + "?tags=payments%2Cpaments").field() == "tags[1]");
    CHECK(t.send("GET", tools + "?method=read").detail().find("'methods'") != std::string::npos);
    CHECK(t.send("GET", "/integrated-account/ia_none/tools").status == 404);
}

TEST_CASE("admin servers: another team finds nothing here", "[admin][servers]") {
    fixture t;
    const auto made = t.create();
    const std::string path = t.servers + "/" + made.id();
    const std::string other = t.foreign_key();
    CHECK(t.send_as(other, "GET", path).status == 404);
    CHECK(t.send_as(other, "PATCH", path, R"({"name":"x"})").status == 404);
    CHECK(t.send_as(other, "DELETE", path).status == 404);
    CHECK(t.send_as(other, "POST", path + "/rotate").status == 404);
    CHECK(t.send_as(other, "GET", t.servers).status == 404);
    CHECK(t.send_as(other, "POST", t.servers, R"({"name":"x"})").status == 404);
    CHECK(t.works(fixture::token_of(made)));
}

TEST_CASE("admin servers: the tools of a server are those that its filter shows",
          "[admin][servers]") {
    fixture t;
    const auto made =
        t.create(R"({"name":"S","config":{"methods":["read","delete"],"tags":["customers"],)"
                 R"("tools":{"deny":["delete_a_stripe_customer_by_id"]}}})");
    REQUIRE(made.status == 201);
    const std::string path = t.servers + "/" + made.id() + "/tools";
    const auto shown = t.send("GET", path);
    REQUIRE(shown.status == 200);
    CHECK(shown.body.at("result") == json::parse(R"([
        {"name":"search_stripe_customers","method":"search","tags":["customers"],"tokens":90}])"));
    CHECK(shown.body.at("tool_count") == 1);
    CHECK(shown.body.at("tokens") == 90);
    CHECK(shown.body.at("list").at("tokens") == made.body.at("tools").at("tokens"));
    CHECK(t.send("GET", t.servers + "/mcp_none/tools").status == 404);
    CHECK(t.send_as(t.foreign_key(), "GET", path).status == 404);
}

}  // namespace servers_test
