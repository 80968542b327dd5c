// People who sign in, through the admin API: their sessions, roles and ends.
#include <catch2/catch.hpp>

#include "tests/unit/server/admin/browser.hpp"

namespace sessions_test {

using namespace tollgate;
using namespace std::chrono_literals;
using test::admin_fixture;
using test::body_of;
using test::browser;
using test::header_list;
using test::json;
using test::make_person;
using test::password;

TEST_CASE("people: an invitation sets a password once, and only its hash is stored",
          "[admin][people]") {
    admin_fixture t;
    const auto made = t.send(
        "POST", "/person",
        R"({"name":"Ana","email":" Ana@Example.com ","role":"operator","groups":["risk","finance"]})");
    REQUIRE(made.status == 201);
    CHECK(made.body.at("email") == "ana@example.com");
    CHECK(made.body.at("groups") == json({"finance", "risk"}));
    CHECK(made.body.at("created_by") == t.owner.id);
    const std::string token = made.body.at("invitation").at("token");
    CHECK(token.starts_with("tgi_"));
    CHECK(made.body.at("invitation").at("accept_url") ==
          "https://gateway.example/person/accept-invitation");
    CHECK(t.send("GET", "/person/" + made.id()).text.find(token.substr(8)) == std::string::npos);
    browser b{t};
    CHECK(b.sign_in("ana@example.com").code() == "invalid_sign_in");
    const auto accept = [&](const std::string& secret, const std::string& word) {
        return t.send_as("", "POST", "/person/accept-invitation",
                         body_of({{"token", secret}, {"password", word}}));
    };
    CHECK(accept("tgi_x", password).code() == "invalid_invitation");
    CHECK(accept(token, "short").code() == "weak_password");
    const auto again = t.send("POST", "/person/" + made.id() + "/invitation");
    REQUIRE(again.status == 201);
    CHECK(accept(token, password).code() == "invalid_invitation");
    const std::string newer = again.body.at("invitation").at("token");
    CHECK(accept(newer, password).status == 200);
    CHECK(accept(newer, password).code() == "invalid_invitation");
    CHECK(b.sign_in("ANA@example.com ").status == 201);
    const auto third = t.send("POST", "/person/" + made.id() + "/invitation");
    t.clock.advance(72h);
    CHECK(accept(third.body.at("invitation").at("token"), password).status == 404);
    CHECK(t.send("POST", "/person", R"({"name":"x","email":"ana@example.com","role":"viewer"})")
              .code() == "email_taken");
    CHECK(t.send("POST", "/person", R"({"name":"x","email":"x","role":"viewer"})").field() ==
          "email");
    CHECK(t.send("POST", "/person", R"({"name":"x","email":"x@example.com","role":"owner"})")
              .field() == "role");
    CHECK(t.send("GET", "/person").body.at("result").size() == 1);
    CHECK(t.send_as(t.foreign_key(), "GET", "/person/" + made.id()).status == 404);
}

TEST_CASE("sessions: the cookie is for this gateway only, and its token is stored nowhere",
          "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "viewer");
    browser b{t};
    const auto made = b.sign_in("ana@example.com");
    REQUIRE(made.status == 201);
    const std::string set = made.header("Set-Cookie");
    CHECK(set.starts_with("__Host-tollgate_session=tgp_"));
    CHECK(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"));
    const std::string token = b.cookie.substr(b.cookie.find('=') + 1);
    CHECK(token.size() == 47);
    CHECK(made.text.find(token) == std::string::npos);
    const auto current = b.send("GET", "/session/current");
    REQUIRE(current.status == 200);
    CHECK(current.body.at("person").at("id") == id);
    CHECK(current.body.at("csrf_token") == b.csrf);
    CHECK(current.body.at("team_id") == t.send("GET", "/team").body.at("result")[0].at("id"));
    CHECK(current.body.at("now").is_string());
    CHECK(current.body.at("session").at("client") == "Test/1");
    // A second sign-in is another session with another token, whatever cookie came.
    const std::string before = b.cookie;
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    CHECK(b.cookie != before);
    CHECK(b.send("GET", "/session").body.at("result").size() == 2);
    // What is no token of ours, and a name that is there twice, is nobody.
    browser forged{t, "__Host-tollgate_session=tgp_" + std::string(43, 'x')};
    CHECK(forged.send("GET", "/session/current").code() == "session_ended");
    browser twice{t, b.cookie + "; " + before};
    CHECK(twice.send("GET", "/session/current").code() == "missing_api_key");
    browser plain{t, b.cookie.substr(7)};
    CHECK(plain.send("GET", "/session/current").code() == "missing_api_key");
    CHECK(t.send("GET", "/session/current").code() == "session_needed");
}

TEST_CASE("sessions: each role does what it may and no more", "[admin][people]") {
    admin_fixture t;
    const std::string account = "/integrated-account/" + t.connect_account();
    struct row {
        const char* role;
        bool operates;
        bool administers;
    };
    for (const auto& [role, operates, administers] :
         {row{"viewer", false, false}, row{"approver", false, false}, row{"operator", true, false},
          row{"admin", true, true}}) {
        INFO(role);
        const std::string email = std::string{role} + "@example.com";
        const auto id = make_person(t, email, role);
        browser b{t};
        REQUIRE(b.sign_in(email).status == 201);
        CHECK(b.send("GET", "/integrated-account").status == 200);
        const auto made = b.send("POST", account + "/mcp", R"({"name":"x"})");
        CHECK(made.status == (operates ? 201 : 403));
        if (operates) CHECK(made.body.at("created_by") == id);
        CHECK(b.send("GET", "/api-key").status == (administers ? 200 : 403));
        CHECK(b.send("GET", "/person").status == (administers ? 200 : 403));
        CHECK(b.send("POST", "/team", R"({"name":"x"})").status == 403);
        // Answers of approvals: 404 says that the role may, and that there is none.
        const bool approves = std::string_view{role} == "approver" || administers;
        const auto answered = b.send("POST", "/approval/apr_1/approve", "{}");
        CHECK(answered.status == (approves ? 404 : 403));
        CHECK(b.send("POST", "/approval/apr_1/deny", R"({"reason":"no"})").status ==
              (approves ? 404 : 403));
    }
    // What a person made is found by their name, also after they have left.
    const auto found = [&] {
        return t.send("GET", "/mcp?created_by=ana").body.at("result").size();
    };
    CHECK(found() == 2);
    const auto people = t.send("GET", "/person").body.at("result");
    for (const auto& one : people) t.send("DELETE", "/person/" + one.at("id").get<std::string>());
    CHECK(found() == 2);
    const std::string operator_key = t.key_with_role("operator");
    CHECK(t.send_as(operator_key, "POST", "/approval/apr_1/approve", "{}").status == 404);
}

TEST_CASE("sessions: a role that is changed is in force for the next request", "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "admin");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    CHECK(b.send("GET", "/api-key").status == 200);
    CHECK(t.send("PATCH", "/person/" + id, R"({"role":"viewer"})").body.at("role") == "viewer");
    CHECK(b.send("GET", "/api-key").status == 403);
    CHECK(b.send("PATCH", "/person/" + id, R"({"role":"admin"})").status == 403);
    CHECK(t.send("PATCH", "/person/" + id, "{}").code() == "empty_patch");
    CHECK(t.send("PATCH", "/person/" + id, R"({"email":"x"})").code() == "unknown_field");
}

TEST_CASE("sessions: a change needs an own Origin and the session's token", "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "admin");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    const auto attempt = [&](header_list headers) {
        headers.emplace_back("Cookie", b.cookie);
        return t.send_as("", "POST", "/team/freeze", {}, headers);
    };
    const std::pair<std::string, std::string> own{"Origin", "https://gateway.example"};
    CHECK(attempt({}).code() == "foreign_origin");
    CHECK(attempt({{"X-CSRF-Token", b.csrf}}).code() == "foreign_origin");
    CHECK(attempt({own}).code() == "csrf_token");
    CHECK(attempt({own, {"X-CSRF-Token", b.csrf + "x"}}).code() == "csrf_token");
    CHECK(attempt({{"Origin", "https://evil.example"}, {"X-CSRF-Token", b.csrf}}).code() ==
          "foreign_origin");
    CHECK(attempt({{"Origin", "null"}, {"X-CSRF-Token", b.csrf}}).code() == "foreign_origin");
    browser other{t};
    REQUIRE(other.sign_in("ana@example.com").status == 201);
    CHECK(other.csrf != b.csrf);
    CHECK(attempt({own, {"X-CSRF-Token", other.csrf}}).code() == "csrf_token");
    CHECK(t.send("GET", "/team").body.at("result")[0].at("frozen_at").is_null());
    CHECK(attempt({own, {"X-CSRF-Token", b.csrf}}).status == 200);
    const auto foreign = t.send_as("", "POST", "/session",
                                   body_of({{"email", "ana@example.com"}, {"password", password}}),
                                   {{"Origin", "https://evil.example"}});
    CHECK(foreign.code() == "foreign_origin");
}

TEST_CASE("sessions: end when unused for half an hour, and after twelve hours", "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "viewer");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    t.clock.advance(29min);
    CHECK(b.send("GET", "/team").status == 200);
    t.clock.advance(29min);
    CHECK(b.send("GET", "/team").status == 200);
    t.clock.advance(30min);
    CHECK(b.send("GET", "/team").code() == "session_ended");
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    for (int i = 0; i < 12 * 3 - 1; ++i) {
        t.clock.advance(20min);
        REQUIRE(b.send("GET", "/team").status == 200);
    }
    t.clock.advance(20min - 1ms);
    CHECK(b.send("GET", "/team").status == 200);
    t.clock.advance(1ms);
    CHECK(b.send("GET", "/team").code() == "session_ended");
}

TEST_CASE("sessions: are listed and ended by their person, all or one", "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "viewer");
    const auto ben = make_person(t, "ben@example.com", "viewer");
    browser one{t};
    browser two{t};
    browser bens{t};
    REQUIRE(one.sign_in("ana@example.com").status == 201);
    t.clock.advance(1ms);
    const auto second = two.sign_in("ana@example.com");
    REQUIRE(bens.sign_in("ben@example.com").status == 201);
    const std::string second_id = second.body.at("session").at("id");
    CHECK(bens.send("DELETE", "/session/" + second_id).status == 404);
    CHECK(two.send("GET", "/team").status == 200);
    CHECK(one.send("DELETE", "/session/" + second_id).status == 204);
    CHECK(two.send("GET", "/team").status == 401);
    const auto out = one.send("DELETE", "/session/current");
    CHECK(out.status == 204);
    CHECK(out.header("Set-Cookie").ends_with("Max-Age=0"));
    CHECK(one.send("GET", "/team").status == 401);
    REQUIRE(one.sign_in("ana@example.com").status == 201);
    REQUIRE(two.sign_in("ana@example.com").status == 201);
    CHECK(one.send("DELETE", "/session").status == 204);
    CHECK(two.send("GET", "/team").status == 401);
    CHECK(bens.send("GET", "/team").status == 200);
    CHECK(t.send("DELETE", "/person/" + ben + "/session").status == 204);
    CHECK(bens.send("GET", "/team").status == 401);
}

TEST_CASE("sessions: whoever is removed is out at once", "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "admin");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    CHECK(t.send("DELETE", "/person/" + id).status == 204);
    CHECK(b.send("GET", "/team").code() == "session_ended");
    CHECK(b.sign_in("ana@example.com").code() == "invalid_sign_in");
    CHECK(t.send("DELETE", "/person/" + id).status == 404);
}

TEST_CASE("sessions: a leaked session or invitation is named and ended", "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "viewer");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    const std::string token = b.cookie.substr(b.cookie.find('=') + 1);
    const auto end = [&](const std::string& secret, const std::string& key) {
        return t.send_as(key, "POST", "/revoke", body_of({{"token", secret}}));
    };
    CHECK(end(token, t.foreign_key()).code() == "token_not_found");
    CHECK(b.send("GET", "/team").status == 200);
    const auto ended = end(token, t.key);
    CHECK(ended.body.at("kind") == "session");
    CHECK(ended.body.at("name") == "Ana");
    CHECK(b.send("GET", "/team").code() == "session_ended");
    CHECK(end(token, t.key).code() == "token_not_found");
    const auto again = t.send("POST", "/person/" + id + "/invitation");
    const std::string invitation = again.body.at("invitation").at("token");
    CHECK(end(invitation, t.key).body.at("kind") == "invitation");
    CHECK(t.send_as("", "POST", "/person/accept-invitation",
                    body_of({{"token", invitation}, {"password", password}}))
              .code() == "invalid_invitation");
}

TEST_CASE("sessions: a new password ends the other sessions", "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "viewer");
    browser one{t};
    browser two{t};
    REQUIRE(one.sign_in("ana@example.com").status == 201);
    REQUIRE(two.sign_in("ana@example.com").status == 201);
    const auto change = [&](const std::string& current, const std::string& next) {
        return one.send("PUT", "/session/password",
                        body_of({{"current_password", current}, {"password", next}}));
    };
    CHECK(change("wrong", "another horse battery").code() == "wrong_password");
    CHECK(change(password, "short").code() == "weak_password");
    CHECK(two.send("GET", "/team").status == 200);
    CHECK(change(password, "another horse battery").status == 204);
    CHECK(two.send("GET", "/team").status == 401);
    CHECK(one.send("GET", "/team").status == 200);
    CHECK(two.sign_in("ana@example.com").status == 401);
    CHECK(two.sign_in("ana@example.com", "another horse battery").status == 201);
}

TEST_CASE("sessions: sign-ins, refusals and changes name the person in the audit log",
          "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "operator");
    browser b{t};
    b.sign_in("ana@example.com", "wrong horse battery");
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    REQUIRE(b.send("POST", "/team/freeze").status == 200);
    b.send("GET", "/api-key");
    t.registry->audit().stop();
    test::run_sync(t.registry->audit().run());
    const auto list = t.send("GET", "/audit?actor=" + id + "&limit=50");
    std::vector<std::string> seen;
    for (const auto& one : list.body.at("result"))
        seen.push_back(one.at("kind").get<std::string>() + " " +
                       one.at("action").get<std::string>());
    const auto has = [&](const std::string& what) {
        return std::ranges::find(seen, what) != seen.end();
    };
    CHECK(has("admin_finished POST /person/accept-invitation"));
    CHECK(has("admin_refused POST /session"));
    CHECK(has("admin_finished POST /session"));
    CHECK(has("admin_finished POST /team/freeze"));
    CHECK(has("admin_refused GET /api-key"));
    CHECK(list.text.find("wrong horse") == std::string::npos);
}

TEST_CASE("sessions: no digest of a body with a password is in the audit log", "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "viewer");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    b.send("POST", "/session/totp", body_of({{"password", password}}));
    b.send("POST", "/session/totp/confirm", body_of({{"code", "123456"}}));
    REQUIRE(b.send("PUT", "/session/password",
                   body_of({{"current_password", password}, {"password", "another horse battery"}}))
                .status == 204);
    const auto list = t.send("GET", "/audit?actor=" + id + "&kind=admin_intended");
    CHECK(list.body.at("result").size() == 3);
    CHECK(list.text.find("arguments_digest") == std::string::npos);
    const auto others = t.send("GET", "/audit?kind=admin_intended");
    CHECK(others.text.find("arguments_digest") != std::string::npos);
}

TEST_CASE("sessions: sign-ins that are slowed cannot fill the audit log", "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "viewer");
    browser b{t};
    for (int i = 0; i < 90; ++i) b.sign_in("ana@example.com", "wrong horse battery");
    t.registry->audit().stop();
    test::run_sync(t.registry->audit().run());
    const auto list = t.send("GET", "/audit?actor=" + id + "&kind=admin_refused&limit=100");
    CHECK(list.body.at("result").size() == 10);
    CHECK(list.text.find("too_many_sign_ins") == std::string::npos);
    storage::page where;
    where.limit = 1'000;
    const auto slowed =
        test::run_sync(t.store->list_audit(std::string{tenancy::installation_log}, {}, where));
    CHECK(slowed->size() >= 40);
    CHECK(slowed->size() < 70);
}

}  // namespace sessions_test
