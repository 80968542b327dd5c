// From a leaked secret to what it opens, and its end.
#include <catch2/catch.hpp>

#include "tests/unit/server/admin/fixture.hpp"

namespace find_test {

using namespace tollgate;
using test::admin_fixture;
using test::json;

namespace {

struct fixture : admin_fixture {
    std::string account = connect_account();
    std::string servers = "/integrated-account/" + account + "/mcp";

    // Each is newer than the one before.
    test::reply create(const std::string& name) {
        clock.advance(std::chrono::milliseconds{1});
        return send("POST", servers, R"({"name":")" + name + R"("})");
    }
    static std::string url_of(const test::reply& made) { return made.body.at("url"); }
    static std::string token_of(const test::reply& made) {
        const std::string url = url_of(made);
        return url.substr(url.rfind('/') + 1);
    }
    bool works(const std::string& token) {
        return test::run_sync(registry->grants().find(token)).has_value();
    }
    test::reply find(const json& what) { return send("POST", "/mcp/find", what.dump()); }
    test::reply revoke(const std::string& token) {
        return send("POST", "/revoke", json{{"token", token}}.dump());
    }
};

std::vector<std::string> names_of(const test::reply& found) {
    std::vector<std::string> out;
    for (const auto& row : found.body.at("result")) out.push_back(row.at("name"));
    return out;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("admin find: a whole URL, a token and its first characters find its MCP server",
          "[admin][find]") {
    fixture t;
    const auto made = t.create("Leaked");
    t.create("Other");
    const std::string token = fixture::token_of(made);
    for (const std::string& text :
         {fixture::url_of(made), token, "  Bearer " + token + "\n", fixture::url_of(made) + "/sse",
          "\"" + fixture::url_of(made) + "?x=1\""}) {
        INFO(text);
        const auto found = t.find({{"token", text}});
        REQUIRE(found.status == 200);
        CHECK(names_of(found) == names{"Leaked"});
        CHECK(found.body.at("token").at("kind") == "mcp_url");
        CHECK(found.body.at("token").at("id") == made.id());
        CHECK(found.text.find(token) == std::string::npos);
    }
    CHECK(names_of(t.send("GET", "/mcp?token=" + token)) == names{"Leaked"});
    for (const std::size_t length : {6U, 8U, 20U}) {
        INFO(length);
        CHECK(names_of(t.send("GET", "/mcp?prefix=" + token.substr(0, length))) == names{"Leaked"});
    }
    const auto piece = "https://gateway.example/mcp/" + token.substr(0, 7);
    CHECK(names_of(t.find({{"prefix", piece}})) == names{"Leaked"});
}

TEST_CASE("admin find: the old token of an overlap is found and ends alone", "[admin][find]") {
    fixture t;
    const auto made = t.create("Rotated");
    const std::string old_token = fixture::token_of(made);
    const auto rotated =
        t.send("POST", t.servers + "/" + made.id() + "/rotate", R"({"overlap_seconds":3600})");
    const std::string new_token = fixture::token_of(rotated);
    CHECK(names_of(t.find({{"prefix", old_token.substr(0, 8)}})) == names{"Rotated"});
    const auto found = t.find({{"token", old_token}});
    CHECK(found.body.at("token").at("kind") == "old_mcp_url");
    CHECK(found.body.at("token").at("expires_at") == rotated.body.at("old_token_expires_at"));
    const auto ended = t.revoke(old_token);
    REQUIRE(ended.status == 200);
    CHECK(ended.body.at("kind") == "old_mcp_url");
    CHECK_FALSE(t.works(old_token));
    CHECK(t.works(new_token));
    CHECK(t.revoke(old_token).status == 404);
}

TEST_CASE("admin find: a name, an account's name and a person's name find", "[admin][find]") {
    fixture t;
    t.create("Billing analyst");
    const auto person = t.send("POST", "/api-key", R"({"name":"Gudrun Meier","role":"operator"})");
    t.clock.advance(std::chrono::milliseconds{1});
    const auto hers = t.send_as(person.body.at("key"), "POST", t.servers, R"({"name":"Hers"})");
    const auto account = t.send("GET", "/integrated-account/" + t.account).body.at("name");
    CHECK(names_of(t.find({{"name", "ANALYST"}})) == names{"Billing analyst"});
    CHECK(names_of(t.find({{"name", account}})) == names{"Hers", "Billing analyst"});
    CHECK(names_of(t.find({{"created_by", "gudrun"}})) == names{"Hers"});
    CHECK(names_of(t.find({{"created_by", person.id()}})) == names{"Hers"});
    REQUIRE(t.send("DELETE", "/api-key/" + person.id()).status == 204);
    const auto found = t.find({{"created_by", "gudrun"}});
    CHECK(names_of(found) == names{"Hers"});
    CHECK(found.body.at("result").at(0).at("created_by_name") == "Gudrun Meier");
    const auto one = t.send("GET", t.servers + "/" + hers.id());
    CHECK(one.body.at("created_by_name") == "Gudrun Meier");
}

TEST_CASE("admin find: a page at a time, and nothing of another team", "[admin][find]") {
    fixture t;
    const auto made = t.create("A");
    t.create("B");
    const auto first = t.send("GET", "/mcp?limit=1");
    CHECK(names_of(first) == names{"B"});
    const std::string cursor = first.body.at("next_cursor");
    CHECK(names_of(t.send("GET", "/mcp?limit=1&cursor=" + cursor)) == names{"A"});
    const std::string foreign = t.foreign_key();
    const std::string body = json{{"token", fixture::token_of(made)}}.dump();
    CHECK(t.send_as(foreign, "POST", "/mcp/find", body).code() == "token_not_found");
    CHECK(t.send_as(foreign, "POST", "/revoke", body).code() == "token_not_found");
    CHECK(t.send_as(foreign, "GET", "/mcp?name=A").body.at("result").empty());
    CHECK(t.works(fixture::token_of(made)));
}

TEST_CASE("admin find: wrong questions are refused with what to do", "[admin][find]") {
    fixture t;
    const auto made = t.create("A");
    std::string mistyped = fixture::token_of(made);
    mistyped.back() = mistyped.back() == 'a' ? 'b' : 'a';
    CHECK(t.find({{"token", mistyped}}).code() == "mistyped_token");
    CHECK(t.find({{"token", "hello"}}).code() == "no_token");
    CHECK(t.find({{"prefix", "tgm_3"}}).code() == "prefix_too_short");
    CHECK(t.find({{"prefix", "tgk_3abc"}}).code() == "unknown_prefix");
    CHECK(t.find({{"token", mistyped}, {"name", "A"}}).code() == "token_stands_alone");
    CHECK(t.find({{"token", std::string(9000, 'a')}}).code() == "too_long");
    CHECK(t.revoke("").code() == "no_token");
    CHECK(t.revoke(made.id()).code() == "not_a_secret");
    CHECK(t.find({{"token", made.id()}}).body.at("token").at("kind") == "oauth_url");
    const std::string viewer = t.key_with_role("viewer");
    CHECK(t.send_as(viewer, "POST", "/revoke", R"({"token":"x"})").status == 403);
    CHECK(t.send_as(viewer, "GET", "/mcp?name=A").status == 200);
}

TEST_CASE("admin find: revoke ends an MCP URL or an API key, and says which", "[admin][find]") {
    fixture t;
    const auto made = t.create("Leaked");
    const auto ended = t.revoke(fixture::url_of(made));
    REQUIRE(ended.status == 200);
    CHECK(ended.body.at("kind") == "mcp_url");
    CHECK(ended.body.at("id") == made.id());
    CHECK(ended.body.at("name") == "Leaked");
    CHECK_FALSE(t.works(fixture::token_of(made)));
    CHECK(t.send("GET", t.servers + "/" + made.id()).body.at("status") == "revoked");
    CHECK(t.revoke(fixture::url_of(made)).code() == "token_not_found");

    const auto key = t.send("POST", "/api-key", R"({"name":"CI","role":"viewer"})");
    const std::string secret = key.body.at("key");
    CHECK(t.find({{"token", secret}}).body.at("token").at("name") == "CI");
    const auto gone =
        t.send_as(t.key_with_role("operator"), "POST", "/revoke", json{{"token", secret}}.dump());
    REQUIRE(gone.status == 200);
    CHECK(gone.body.at("kind") == "api_key");
    CHECK(t.send_as(secret, "GET", "/team").status == 401);
}

}  // namespace find_test
