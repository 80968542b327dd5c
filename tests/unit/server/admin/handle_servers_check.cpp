// POST …/mcp/check: what an MCP server with a config would show, without making it.
#include <catch2/catch.hpp>

#include "tests/unit/server/admin/fixture.hpp"

namespace server_check_test {

using namespace tollgate;
using test::admin_fixture;
using test::json;

namespace {

struct fixture : admin_fixture {
    std::string account = connect_account();
    std::string servers = "/integrated-account/" + account + "/mcp";
};

}  // namespace

TEST_CASE(
    "admin servers: a config is checked as create would and its list shown, but nothing is made",
    "[admin][servers]") {
    fixture t;
    const auto checked = t.send("POST", t.servers + "/check", R"({"config": {"preset": "support",
        "guardrails": []}})");
    REQUIRE(checked.status == 200);
    CHECK(checked.body.at("config") == json::parse(R"({"preset": "support",
        "methods": ["read", "create"], "guardrails": []})"));
    CHECK(checked.body.at("list").at("writing").get<int>() > 0);
    CHECK(checked.body.at("tool_count") == checked.body.at("result").size());
    const auto wrong = R"({"config": {"guardrails": [{"id": "limit", "max_valu": {}}]}})";
    const auto refused = t.send("POST", t.servers + "/check", wrong);
    const auto not_made =
        t.send("POST", t.servers, R"({"name": "N", )" + std::string{wrong}.substr(1));
    CHECK(refused.status == 400);
    for (const char* same : {"code", "detail", "field"})
        CHECK(refused.body.at(same) == not_made.body.at(same));
    CHECK(t.send("POST", t.servers + "/check", R"({"config": {"preset": "no"}})").status == 400);
    CHECK(t.send("GET", t.servers).body.at("result").empty());
}

TEST_CASE("admin servers: a check of a change takes the expiry that it is asked about",
          "[admin][servers]") {
    fixture t;
    const auto made = t.send(
        "POST", t.servers, R"({"name": "a", "config": {"methods": ["read"]}, "expires_at": null})");
    REQUIRE(made.status == 201);
    const std::string path = t.servers + "/" + made.body.at("id").get<std::string>() + "/check";
    const auto warns = [&](const std::string& expiry) {
        const auto checked =
            t.send("POST", path, R"({"config": {"methods": ["read"]})" + expiry + "}");
        REQUIRE(checked.status == 200);
        const auto text = checked.body.at("list").at("warnings").dump();
        return text.find("never expires") != std::string::npos;
    };
    CHECK(warns(""));
    CHECK(warns(R"(, "expires_at": null)"));
    CHECK_FALSE(warns(R"(, "expires_at": "2030-01-01T00:00:00Z")"));
}

TEST_CASE("admin servers: a check warns of every operation and of no expiry, as the server would",
          "[admin][servers]") {
    fixture t;
    const auto warnings = [&](const char* body) {
        const auto checked = t.send("POST", t.servers + "/check", body);
        REQUIRE(checked.status == 200);
        return checked.body.at("list").at("warnings").dump();
    };
    const auto has = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    const auto wide = warnings(R"({"config": {"listing": "auto"}, "expires_at": null})");
    CHECK((has(wide, "every operation") && has(wide, "never expires")));
    const auto narrow = warnings(R"({"config": {"methods": ["read"]}})");
    CHECK_FALSE((has(narrow, "every operation") || has(narrow, "never expires")));
    const auto ends = R"({"config": {"methods": ["read"]}, "expires_at": "2030-01-01T00:00:00Z"})";
    CHECK_FALSE(has(warnings(ends), "never expires"));
    const auto wrong = t.send("POST", t.servers + "/check", R"({"config": {}, "expires_at": 7})");
    CHECK(wrong.status == 400);
}

TEST_CASE("admin servers: a check of a live account without live writes shows what only reads",
          "[admin][servers]") {
    fixture t;
    const auto made = t.send("POST", "/integrated-account",
                             R"({"name": "Live", "credential": "rk_live_00000000000000000000"})");
    REQUIRE(made.status == 201);
    const std::string check = "/integrated-account/" + made.id() + "/mcp/check";
    const auto reads = t.send("POST", check, R"({"config": {"methods": ["read", "write"]}})");
    CHECK(reads.body.at("list").at("writing") == 0);
    CHECK(reads.body.at("config").at("allow_live_writes") == false);
    const auto writes = t.send("POST", check, R"({"config": {"methods": ["read", "write"],
        "allow_live_writes": true}})");
    CHECK(writes.body.at("list").at("writing").get<int>() > 0);
}

}  // namespace server_check_test
