#include <catch2/catch.hpp>

#include "tests/unit/server/admin/fixture.hpp"

namespace accounts_test {

using namespace tollgate;
using test::admin_fixture;
using test::json;
using test::run_sync;

namespace {

constexpr const char* accounts = "/integrated-account";

std::string body_with(const std::string& more) {
    return R"({"name":"Acme","credential":")" + test::test_credential + R"(")" + more + "}";
}

}  // namespace

TEST_CASE("admin accounts: a credential goes in and only its end is ever shown",
          "[admin][accounts]") {
    admin_fixture t;
    const auto made =
        t.send("POST", accounts, body_with(R"(,"stripe_account":"acct_1","stripe_version":
                             "2026-10-28.endive","tags":["eu"],"mode":"test")"));
    REQUIRE(made.status == 201);
    CHECK(made.body.at("mode") == "test");
    CHECK(made.body.at("credential_kind") == "restricted");
    CHECK(made.body.at("credential_last4") == "WXYZ");
    CHECK(made.body.at("stripe_account") == "acct_1");
    const std::string path = std::string{accounts} + "/" + made.id();
    const auto read = t.send("GET", path);
    CHECK(read.body == made.body);
    const auto list = t.send("GET", accounts);
    CHECK(list.body.at("result") == json::array({made.body}));
    CHECK(list.body.at("next_cursor").is_null());
    for (const auto& answer : {made, read, list})
        CHECK(answer.text.find("51abcdef") == std::string::npos);
}

TEST_CASE("admin accounts: refused credentials are not quoted", "[admin][accounts]") {
    admin_fixture t;
    const auto connect = [&t](const std::string& credential) {
        return t.send("POST", accounts, R"({"name":"x","credential":")" + credential + R"("})");
    };
    const auto publishable = connect("pk_test_51canarycanary");
    CHECK(publishable.status == 400);
    CHECK(publishable.code() == "publishable_key");
    CHECK(publishable.field() == "credential");
    CHECK(connect("sk_org_live_51canary").code() == "organization_key");
    CHECK(connect("canarycanarycanary").code() == "credential_shape");
    CHECK(connect("sk_live_canary canary").text.find("canary") == std::string::npos);
    CHECK(t.send("POST", accounts, R"({"name":"x","credential":["sk_live_canary"]})")
              .text.find("canary") == std::string::npos);
    CHECK(t.send("POST", accounts, R"({"name":"x"})").code() == "missing_field");
    CHECK(t.send("POST", accounts, body_with(R"(,"mode":"live")")).code() == "mode_mismatch");
    CHECK(t.send("POST", accounts, body_with(R"(,"stripe_acount":"acct_1")"))
              .detail()
              .find("'stripe_account'") != std::string::npos);
    CHECK(t.send("GET", accounts).body.at("result").empty());
}

TEST_CASE("admin accounts: verify asks Stripe and says what it answered", "[admin][accounts]") {
    admin_fixture t;
    t.verifier.answer = base::fail(base::errc::unauthorized, "stripe", "Invalid API Key: rk_…");
    const auto refused = t.send("POST", accounts, body_with(R"(,"verify":true)"));
    CHECK(refused.status == 400);
    CHECK(refused.code() == "credential_rejected");
    t.verifier.answer = base::fail(base::errc::unavailable, "stripe_unreachable", "no answer");
    const auto unreachable = t.send("POST", accounts, body_with(R"(,"verify":true)"));
    CHECK(unreachable.status == 503);
    CHECK(unreachable.header("Retry-After") == "1");
    t.verifier.answer = {};
    CHECK(t.send("POST", accounts, body_with(R"(,"verify":true)")).status == 201);
    CHECK(t.send("POST", accounts, body_with(R"(,"verify":"yes")")).code() == "wrong_type");
}

TEST_CASE("admin accounts: a key's permissions are held against the need", "[admin][accounts]") {
    admin_fixture t;
    const std::string path = std::string{accounts} + "/" + t.connect_account() + "/verify";
    using tenancy::key_access;
    using tenancy::known;
    tenancy::key_review found;
    found.state = tenancy::key_state::active;
    found.restricted = true;
    found.needed = {{"charge", key_access::read}};
    found.missing = {{"charge", key_access::read}};
    found.beyond_need = {{"payout", key_access::write}};
    found.permissions = {{"charge", known::no, known::no}, {"payout", known::yes, known::unknown}};
    found.not_checked = {"review"};
    found.requests = 7;
    found.notes = {"A sentence."};
    t.verifier.found = found;
    const auto shown = t.send("POST", path);
    REQUIRE(shown.status == 200);
    const json rows = json::array({{{"area", "charge"}, {"access", "read"}}});
    CHECK(shown.body.at("status") == "active");
    CHECK(shown.body.at("mode") == "test");
    CHECK(shown.body.at("credential_kind") == "restricted");
    CHECK(shown.body.at("unrestricted") == false);
    CHECK(shown.body.at("needed") == rows);
    CHECK(shown.body.at("missing") == rows);
    CHECK(shown.body.at("beyond_need") == json::array({{{"area", "payout"}, {"access", "write"}}}));
    CHECK(shown.body.at("permissions").at(1) ==
          json{{"area", "payout"}, {"read", "yes"}, {"write", "unknown"}});
    CHECK(shown.body.at("not_checked") == json::array({"review"}));
    CHECK(shown.text.find("51abcdef") == std::string::npos);

    CHECK(t.send_as(t.key_with_role("operator"), "POST", path).status == 200);
    CHECK(t.send_as(t.key_with_role("viewer"), "POST", path).code() == "role_too_low");
    CHECK(t.send_as(t.foreign_key(), "POST", path).status == 404);
    CHECK(t.verifier.reviewed == 2);
    t.verifier.found = base::fail(base::errc::limit_exceeded, "verify_too_often", "a moment ago");
    const auto often = t.send("POST", path);
    CHECK(often.status == 429);
    CHECK(often.header("Retry-After") == "30");
}

TEST_CASE("admin accounts: PATCH changes what it names and null clears", "[admin][accounts]") {
    admin_fixture t;
    const auto made = t.send("POST", accounts, body_with(R"(,"stripe_account":"acct_1")"));
    const std::string path = std::string{accounts} + "/" + made.id();
    const auto changed = t.send(
        "PATCH", path,
        R"({"credential":"sk_test_51newnewnewLAST","stripe_account":null,"tags":["a","b"]})");
    CHECK(changed.status == 200);
    CHECK(changed.body.at("credential_last4") == "LAST");
    CHECK(changed.body.at("credential_kind") == "secret");
    CHECK(changed.body.at("stripe_account").is_null());
    CHECK(changed.body.at("tags") == json::array({"a", "b"}));
    CHECK(changed.body.at("name") == "Acme");
    CHECK(t.send("PATCH", path, R"({"credential":"sk_live_51newnewnewLAST"})").code() ==
          "mode_mismatch");
    CHECK(t.send("PATCH", path, R"({"mode":"live"})").code() == "unknown_field");
    CHECK(t.send("PATCH", path, "{}").code() == "empty_patch");
}

TEST_CASE("admin accounts: DELETE ends the account and its MCP URLs", "[admin][accounts]") {
    admin_fixture t;
    const std::string path = std::string{accounts} + "/" + t.connect_account();
    const auto server = t.send("POST", path + "/mcp", R"({"name":"x"})");
    const std::string url = server.body.at("url");
    CHECK(t.send("DELETE", path + "?expect=1&reason=test").status == 200);
    CHECK(t.send("GET", path).status == 404);
    CHECK(t.send("GET", path + "/mcp").status == 404);
    CHECK(t.send("DELETE", path).status == 404);
    CHECK(run_sync(t.registry->grants().find(url.substr(url.rfind('/') + 1))).has_error());
}

TEST_CASE("admin accounts: a freeze shows, and an operator may set but not end it",
          "[admin][accounts]") {
    admin_fixture t;
    const std::string path = std::string{accounts} + "/" + t.connect_account();
    const std::string operator_key = t.key_with_role("operator");
    CHECK(t.send("GET", path).body.at("frozen_at").is_null());
    CHECK(t.send_as(t.key_with_role("viewer"), "POST", path + "/freeze").status == 403);
    const auto frozen = t.send_as(operator_key, "POST", path + "/freeze");
    CHECK(frozen.status == 200);
    CHECK(frozen.body.at("frozen_at").is_string());
    CHECK(t.send("GET", path).body == frozen.body);
    CHECK(t.send_as(operator_key, "DELETE", path + "/freeze").code() == "role_too_low");
    CHECK(t.send("DELETE", path + "/freeze").body.at("frozen_at").is_null());
    CHECK(t.send("POST", std::string{accounts} + "/ia_x/freeze").status == 404);
    CHECK(t.send_as(t.foreign_key(), "POST", path + "/freeze").status == 404);
    // The team's.
    CHECK(t.send_as(operator_key, "POST", "/team/freeze").body.at("frozen_at").is_string());
    const auto teams = t.send("GET", "/team");
    REQUIRE_FALSE(teams.body.at("result").empty());
    for (const auto& team : teams.body.at("result"))
        CHECK(team.at("frozen_at").is_string() == (team.at("id") == t.owner.team_id));
    CHECK(t.send_as(operator_key, "DELETE", "/team/freeze").code() == "role_too_low");
    CHECK(t.send("DELETE", "/team/freeze").body.at("frozen_at").is_null());
}

TEST_CASE("admin accounts: one call revokes every MCP server of an account, or of the team",
          "[admin][accounts]") {
    admin_fixture t;
    const std::string one = std::string{accounts} + "/" + t.connect_account();
    const std::string other = std::string{accounts} + "/" + t.connect_account();
    const std::string operator_key = t.key_with_role("operator");
    for (const auto& account : {one, one, other})
        REQUIRE(t.send("POST", account + "/mcp", R"({"name":"x"})").status == 201);
    CHECK(t.send_as(t.key_with_role("viewer"), "POST", "/team/revoke").code() == "role_too_low");
    const std::string two = R"({"reason":"leak","expect":2})";
    CHECK(t.send_as(t.foreign_key(), "POST", one + "/revoke", two).status == 404);
    CHECK(t.send_as(t.foreign_key(), "GET", one + "/revoke").status == 404);
    CHECK(t.send_as(t.foreign_key(), "POST", "/team/revoke", R"({"reason":"x","expect":0})")
              .body.at("revoked") == 0);
    CHECK(t.send("POST", one + "/revoke", R"({"why":"x"})").code() == "unknown_field");
    CHECK(t.send("POST", one + "/revoke", R"({"reason":"a\nb","expect":2})").code() ==
          "invalid_reason");
    // Nothing ends without a reason and the number that whoever asks has seen.
    CHECK(t.send("POST", one + "/revoke", R"({"reason":"","expect":2})").code() ==
          "reason_missing");
    CHECK(t.send("POST", one + "/revoke", R"({"reason":"leak"})").field() == "expect");
    const auto differs = t.send("POST", one + "/revoke", R"({"reason":"leak","expect":1})");
    CHECK(differs.status == 409);
    CHECK(differs.code() == "count_differs");
    CHECK(differs.detail().find("2 MCP servers, not 1") != std::string::npos);
    const auto would = t.send_as(t.key_with_role("viewer"), "GET", one + "/revoke?limit=1");
    CHECK(would.body.at("would_end") == 2);
    CHECK(would.body.at("result").size() == 1);
    const std::string more = would.body.at("next_cursor").get<std::string>();
    const auto rest =
        t.send_as(t.key_with_role("viewer"), "GET", one + "/revoke?limit=1&cursor=" + more);
    CHECK(rest.body.at("would_end") == 2);
    CHECK(rest.body.at("result").at(0).at("id") != would.body.at("result").at(0).at("id"));
    CHECK(rest.body.at("next_cursor").is_null());
    CHECK(t.send("GET", "/team/revoke").body.at("would_end") == 3);
    const auto revoked = t.send_as(operator_key, "POST", one + "/revoke", two);
    CHECK(revoked.status == 200);
    CHECK(revoked.body.at("revoked") == 2);
    const auto gone = t.send("GET", one + "/mcp");
    REQUIRE(gone.body.at("result").size() == 2);
    for (const auto& server : gone.body.at("result")) CHECK(server.at("status") == "revoked");
    const auto left = t.send("GET", other + "/mcp");
    CHECK(left.body.at("result")[0].at("status") == "active");
    CHECK(t.send("POST", one + "/revoke", R"({"reason":"leak","expect":0})").body.at("revoked") ==
          0);
    CHECK(t.send_as(operator_key, "POST", "/team/revoke", R"({"reason":"leak","expect":1})")
              .body.at("revoked") == 1);
    CHECK(t.send("GET", other + "/mcp").body.at("result")[0].at("status") == "revoked");
}

TEST_CASE("admin accounts: connected accounts are listed and checked", "[admin][accounts]") {
    admin_fixture t;
    const auto made =
        t.send("POST", accounts, body_with(R"(,"connected_accounts":["acct_1","acct_2"])"));
    CHECK(made.body.at("connected_accounts") == json::array({"acct_1", "acct_2"}));
    CHECK(made.body.at("status") == "active");
    CHECK(made.body.at("needs_reauth_at").is_null());
    const std::string path = std::string{accounts} + "/" + made.id();
    const auto twice = t.send("PATCH", path, R"({"connected_accounts":["acct_1","acct_1"]})");
    CHECK(twice.status == 400);
    CHECK(twice.code() == "invalid_connected_account");
    CHECK(twice.field() == "connected_accounts[1]");
    CHECK(t.send("PATCH", path, R"({"connected_accounts":[]})").body.at("connected_accounts") ==
          json::array());
}

}  // namespace accounts_test
