// Sign-in through the admin API: what is refused and slowed, and one-time codes.
#include <catch2/catch.hpp>

#include "tenancy/people/totp.hpp"
#include "tests/unit/server/admin/browser.hpp"

namespace sign_in_test {

using namespace tollgate;
using namespace std::chrono_literals;
using test::admin_fixture;
using test::body_of;
using test::browser;
using test::make_person;
using test::password;

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

TEST_CASE("sign-in: the counts are of those accepted and refused, not of those that nobody checked",
          "[admin][people]") {
    admin_fixture t;
    make_person(t, "ana@example.com", "viewer");
    browser b{t};
    REQUIRE(b.sign_in("ana@example.com").status == 201);
    REQUIRE(b.sign_in("ana@example.com", "wrong horse battery").status == 401);
    auto& sessions = t.registry->sessions();
    sessions.count(base::result<int>{base::fail(base::errc::unavailable, "unavailable", "away")});
    CHECK(sessions.counts().accepted == 1);
    CHECK(sessions.counts().refused == 1);
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

TEST_CASE("one-time codes: asked for once confirmed, each used once, recovery codes too",
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

}  // namespace sign_in_test
