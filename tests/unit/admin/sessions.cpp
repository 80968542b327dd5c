// People who sign in, through the admin API: their sessions, roles, codes and ends.
#include <catch2/catch.hpp>

#include "server/admin/routes.hpp"
#include "tenancy/people/totp.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace sessions_test {

using namespace tollgate;
using namespace std::chrono_literals;
using test::admin_fixture;
using test::header_list;
using test::json;
using test::reply;

const std::string password = "correct horse battery";

std::string body_of(std::initializer_list<std::pair<const char*, std::string>> members) {
    json out = json::object();
    for (const auto& [name, value] : members) out[name] = value;
    return out.dump();
}

// A browser: keeps its cookie, and sends what a page of ours sends.
struct browser {
    admin_fixture& t;
    std::string cookie{};
    std::string csrf{};

    reply send(std::string_view verb, const std::string& target, std::string body = {}) {
        header_list headers{{"Origin", "https://gateway.example"}, {"User-Agent", "Test/1"}};
        if (!cookie.empty()) headers.emplace_back("Cookie", "other=1; " + cookie);
        if (!csrf.empty()) headers.emplace_back("X-CSRF-Token", csrf);
        return t.send_as("", verb, target, std::move(body), headers);
    }
    reply sign_in(const std::string& email, const std::string& with = password,
                  const std::string& code = {}) {
        json body{{"email", email}, {"password", with}};
        if (!code.empty()) body["code"] = code;
        const auto out = send("POST", "/session", body.dump());
        if (out.status != 201) return out;
        const std::string set = out.header("Set-Cookie");
        cookie = set.substr(0, set.find(';'));
        csrf = out.body.at("csrf_token");
        return out;
    }
};

// Invites a person and sets the password; returns the id.
std::string make_person(admin_fixture& t, const std::string& email, const std::string& role) {
    const auto made =
        t.send("POST", "/person", body_of({{"name", "Ana"}, {"email", email}, {"role", role}}));
    REQUIRE(made.status == 201);
    const std::string token = made.body.at("invitation").at("token");
    const auto accepted = t.send_as("", "POST", "/person/accept-invitation",
                                    body_of({{"token", token}, {"password", password}}));
    REQUIRE(accepted.status == 200);
    return made.id();
}

TEST_CASE("people: an invitation sets a password once; only its hash is stored",
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

TEST_CASE("sign-in: an unknown address gets the same answer as a wrong password",
          "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "admin");
    t.send("POST", "/person", R"({"name":"x","email":"invited@example.com","role":"viewer"})");
    browser b{t};
    const auto wrong = b.sign_in("ana@example.com", "wrong horse battery");
    CHECK(wrong.status == 401);
    CHECK(b.sign_in("nobody@example.com").text == wrong.text);
    CHECK(b.sign_in("invited@example.com").text == wrong.text);
    CHECK(b.sign_in("no address").text == wrong.text);
    CHECK(b.sign_in("ana@example.com", std::string(2'000, 'x')).text == wrong.text);
}

TEST_CASE("sign-in: failures are slowed, a right password is not", "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "viewer");
    browser b{t};
    for (int i = 0; i < 20; ++i) REQUIRE(b.sign_in("ana@example.com").status == 201);
    for (int i = 0; i < 10; ++i)
        CHECK(b.sign_in("ana@example.com", "wrong horse battery").status == 401);
    const auto slowed = b.sign_in("ana@example.com");
    CHECK(slowed.status == 429);
    CHECK(slowed.code() == "too_many_sign_ins");
    CHECK(slowed.header("Retry-After") == "60");
    CHECK(b.send("GET", "/team").status == 200);  // the session goes on
    t.clock.advance(1min);
    CHECK(b.sign_in("ana@example.com").status == 201);
    // The same for an address that nobody has.
    for (int i = 0; i < 10; ++i) CHECK(b.sign_in("nobody@example.com").status == 401);
    CHECK(b.sign_in("nobody@example.com").code() == "too_many_sign_ins");
}

TEST_CASE("sign-in: an address of several teams needs the team", "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "viewer");
    const std::string foreign = t.foreign_key();
    const auto made = t.send_as(foreign, "POST", "/person",
                                R"({"name":"Ana","email":"ana@example.com","role":"admin"})");
    const std::string token = made.body.at("invitation").at("token");
    REQUIRE(t.send_as("", "POST", "/person/accept-invitation",
                      body_of({{"token", token}, {"password", "another horse battery"}}))
                .status == 200);
    browser b{t};
    CHECK(b.sign_in("ana@example.com").code() == "invalid_sign_in");
    const auto named = b.send(
        "POST", "/session",
        body_of(
            {{"email", "ana@example.com"}, {"password", password}, {"team_id", t.owner.team_id}}));
    CHECK(named.status == 201);
    const auto crossed = b.send("POST", "/session",
                                body_of({{"email", "ana@example.com"},
                                         {"password", "another horse battery"},
                                         {"team_id", t.owner.team_id}}));
    CHECK(crossed.status == 401);
}

TEST_CASE("one-time codes: asked for once confirmed, each used once; recovery codes too",
          "[admin][people]") {
    admin_fixture t;
    const auto id = make_person(t, "ana@example.com", "viewer");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    CHECK(b.send("POST", "/session/totp", body_of({{"password", "x"}})).code() == "wrong_password");
    CHECK(b.send("POST", "/session/totp/confirm", body_of({{"code", "1"}})).code() ==
          "totp_not_started");
    const auto started = b.send("POST", "/session/totp", body_of({{"password", password}}));
    REQUIRE(started.status == 200);
    // The secret as an authenticator has it.
    const std::string text = started.body.at("secret");
    CHECK(started.body.at("otpauth_uri").get<std::string>().find("secret=" + text) !=
          std::string::npos);
    std::string secret;
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        held = (held << 5U) | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
        if ((bits += 5) < 8) continue;
        bits -= 8;
        secret += static_cast<char>((held >> static_cast<unsigned>(bits)) & 0xFFU);
    }
    const auto code = [&](std::int64_t later = 0) {
        return tenancy::totp_code(secret, tenancy::totp_step_at(t.clock.now()) + later);
    };
    CHECK(b.send("POST", "/session/totp/confirm", body_of({{"code", "000000x"}})).code() ==
          "wrong_code");
    browser early{t};
    CHECK(early.sign_in("ana@example.com").status == 201);  // not asked for yet
    const auto confirmed = b.send("POST", "/session/totp/confirm", body_of({{"code", code()}}));
    REQUIRE(confirmed.status == 200);
    const auto recovery = confirmed.body.at("recovery_codes").get<std::vector<std::string>>();
    CHECK(recovery.size() == 10);
    browser c{t};
    CHECK(c.sign_in("ana@example.com").code() == "code_needed");
    CHECK(c.sign_in("ana@example.com", "wrong horse battery").code() == "invalid_sign_in");
    CHECK(c.sign_in("ana@example.com", password, code()).code() == "invalid_sign_in");  // used
    t.clock.advance(30s);
    const std::string fresh = code();
    CHECK(c.sign_in("ana@example.com", password, "000000").code() == "invalid_sign_in");
    CHECK(c.sign_in("ana@example.com", password, fresh).status == 201);
    CHECK(c.sign_in("ana@example.com", password, fresh).code() == "invalid_sign_in");
    CHECK(c.sign_in("ana@example.com", password, recovery[3]).status == 201);
    CHECK(c.sign_in("ana@example.com", password, recovery[3]).code() == "invalid_sign_in");
    CHECK(c.send("POST", "/session/totp", body_of({{"password", password}})).code() == "totp_on");
    // A lost phone: an admin ends the codes, and all sessions.
    CHECK(t.send("DELETE", "/person/" + id + "/totp").status == 204);
    CHECK(c.send("GET", "/team").status == 401);
    CHECK(c.sign_in("ana@example.com").status == 201);
    CHECK(c.send("POST", "/session/totp/end", body_of({{"password", password}})).status == 404);
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

}  // namespace sessions_test
