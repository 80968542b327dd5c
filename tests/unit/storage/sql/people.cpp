// People and their sessions, on both databases.
#include "storage/changes/people.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/approvals.hpp"
#include "storage/changes/settings.hpp"
#include "tests/unit/storage/backends.hpp"

namespace people_rows_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

person_row ana(const std::string& team = "team_a", const std::string& id = "per_ana") {
    person_row out;
    out.id = id;
    out.team_id = team;
    out.name = "Ana";
    out.email = "ana@example.com";
    out.role = "approver";
    out.group_names = "finance,risk";
    out.password = "$argon2id$1";
    out.created_by = "key_a";
    out.created_at = at(10);
    out.updated_at = at(10);
    return out;
}

token_hash hash_of(char c) {
    return {"p1", std::string(32, c)};
}

session_row session_at(const std::string& id, char c, std::int64_t when = 100) {
    return {id,        "team_a", "per_ana", hash_of(c),      "192.0.2.1",
            "Firefox", at(when), at(when),  at(when + 1'000)};
}

std::string code_of(const base::result<>& done) {
    return done ? "" : done.error().code;
}

std::optional<signed_in_row> session_of(record_store& store, char c) {
    return run_sync(store.find_session({hash_of('?'), hash_of(c)})).value();
}

TEMPLATE_TEST_CASE("people rows: what is added is read, by id, address and page", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    auto invited = ana();
    invited.invitation = hash_of('i');
    invited.invitation_expires_at = at(50);
    invited.totp = {"k1", std::string("\0w", 2), std::string("\0s\xff", 3)};
    REQUIRE(put(*store, {add_person{invited, 2}}));
    const auto found = run_sync(store->find_person("team_a", "per_ana")).value();
    REQUIRE(found);
    CHECK(found->email == "ana@example.com");
    CHECK(found->group_names == "finance,risk");
    CHECK(found->totp.ciphertext == std::string("\0s\xff", 3));
    CHECK_FALSE(found->totp_confirmed);
    CHECK(found->invitation->digest == hash_of('i').digest);
    CHECK(found->invitation_expires_at == at(50));
    CHECK_FALSE(found->signed_in_at);
    CHECK_FALSE(run_sync(store->find_person("team_b", "per_ana")).value());
    CHECK(run_sync(store->find_invited_person({hash_of('i')})).value()->id == "per_ana");
    CHECK_FALSE(run_sync(store->find_invited_person({hash_of('j')})).value());
    // One address once in a team, and in several teams.
    CHECK(code_of(put(*store, {add_person{ana("team_a", "per_2"), 2}})) == "email_taken");
    REQUIRE(put(*store, {add_person{ana("team_b", "per_b"), 2}}));
    CHECK(run_sync(store->find_people_by_email("ana@example.com", "")).value().size() == 2);
    CHECK(run_sync(store->find_people_by_email("Ana@example.com", "")).value().empty());
    const auto of_b = run_sync(store->find_people_by_email("ana@example.com", "team_b")).value();
    REQUIRE(of_b.size() == 1);
    CHECK(of_b.front().id == "per_b");
    CHECK(run_sync(store->find_people_by_email("ana@example.com", "team_c")).value().empty());
    auto ben = ana("team_a", "per_ben");
    ben.email = "ben@example.com";
    ben.created_at = at(11);
    REQUIRE(put(*store, {add_person{ben, 2}}));
    auto third = ben;
    third.id = "per_3";
    third.email = "third@example.com";
    CHECK(code_of(put(*store, {add_person{third, 2}})) == "limit_reached");
    const auto first = run_sync(store->list_people("team_a", {1, {}, {}})).value();
    REQUIRE(first.size() == 1);
    CHECK(first[0].id == "per_ben");
    const auto next = run_sync(store->list_people("team_a", {5, at(11), "per_ben"})).value();
    REQUIRE(next.size() == 1);
    CHECK(next[0].id == "per_ana");
}

TEMPLATE_TEST_CASE("people rows: an invitation is used once and ends all sessions", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_person{ana(), 9}}));
    REQUIRE(put(*store, {add_session{session_at("ses_1", 's'), "$argon2id$1", 5}}));
    REQUIRE(put(*store, {invite_person{"team_a", "per_ana", hash_of('i'), at(200), at(20)}}));
    CHECK(code_of(put(*store, {invite_person{"team_b", "per_ana", hash_of('i'), at(200),
                                             at(20)}})) == "not_found");
    const auto accept = [&](char c, std::int64_t when) {
        return code_of(put(
            *store, {accept_invitation{"team_a", "per_ana", hash_of(c), "$argon2id$2", at(when)}}));
    };
    CHECK(accept('j', 100) == "invalid_invitation");
    CHECK(accept('i', 200) == "invalid_invitation");
    REQUIRE(session_of(*store, 's'));
    CHECK(accept('i', 199).empty());
    CHECK(accept('i', 199) == "invalid_invitation");
    CHECK_FALSE(session_of(*store, 's'));
    CHECK(run_sync(store->find_person("team_a", "per_ana")).value()->password == "$argon2id$2");
}

TEMPLATE_TEST_CASE("people rows: whoever is removed has no session, and keeps the name",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_person{ana(), 9}}));
    REQUIRE(put(*store, {add_session{session_at("ses_1", 's'), "$argon2id$1", 5}}));
    const auto found = session_of(*store, 's');
    REQUIRE(found);
    CHECK(found->person.name == "Ana");
    CHECK(found->session.client == "Firefox");
    CHECK(found->person.signed_in_at == at(100));
    CHECK(code_of(put(*store, {remove_person{"team_b", "per_ana", at(20)}})) == "not_found");
    REQUIRE(session_of(*store, 's'));
    REQUIRE(put(*store, {remove_person{"team_a", "per_ana", at(20)}}));
    CHECK_FALSE(session_of(*store, 's'));
    CHECK(code_of(put(*store, {remove_person{"team_a", "per_ana", at(20)}})) == "not_found");
    const auto names = run_sync(store->find_key_names("team_a", {"per_ana", "key_a"})).value();
    CHECK(names.size() == 2);
    CHECK(code_of(put(*store, {add_session{session_at("ses_2", 't'), "$argon2id$1", 5}})) ==
          "password_changed");
}

TEMPLATE_TEST_CASE("people rows: sessions end one by one, all, by a new password, and by time",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_person{ana(), 9}}));
    const auto sign_in = [&](const std::string& id, char c, std::int64_t when) {
        return code_of(put(*store, {add_session{session_at(id, c, when), "$argon2id$1", 3}}));
    };
    CHECK(sign_in("ses_1", 'a', 101).empty());
    CHECK(sign_in("ses_2", 'b', 102).empty());
    CHECK(sign_in("ses_3", 'c', 103).empty());
    REQUIRE(put(*store, {touch_session{"team_a", "ses_1", at(104)}}));
    // The fourth ends the one that was used longest ago.
    CHECK(sign_in("ses_4", 'd', 105).empty());
    CHECK(session_of(*store, 'a'));
    CHECK_FALSE(session_of(*store, 'b'));
    CHECK(run_sync(store->list_sessions("team_a", "per_ana", {10, {}, {}})).value().size() == 3);
    CHECK(run_sync(store->list_sessions("team_b", "per_ana", {10, {}, {}})).value().empty());
    CHECK(code_of(put(*store, {end_sessions{"team_b", "per_ana", "ses_1"}})) == "not_found");
    REQUIRE(put(*store, {end_sessions{"team_a", "per_ana", "ses_1"}}));
    CHECK(code_of(put(*store, {end_sessions{"team_a", "per_ana", "ses_1"}})) == "not_found");
    CHECK(session_of(*store, 'c'));
    const auto change = [&](const std::string& old, const std::string& now) {
        return code_of(
            put(*store, {put_password{"team_a", "per_ana", old, now, true, "ses_4", at(106)}}));
    };
    CHECK(change("$argon2id$0", "$argon2id$2") == "password_changed");
    CHECK(session_of(*store, 'c'));
    CHECK(change("$argon2id$1", "$argon2id$2").empty());
    CHECK_FALSE(session_of(*store, 'c'));
    CHECK(session_of(*store, 'd'));
    CHECK(sign_in("ses_5", 'e', 107) == "password_changed");
    REQUIRE(put(*store, {purge_sessions{at(1'104), at(105)}}));
    CHECK(session_of(*store, 'd'));
    REQUIRE(put(*store, {purge_sessions{at(1'104), at(106)}}));
    CHECK_FALSE(session_of(*store, 'd'));
}

TEMPLATE_TEST_CASE("people rows: codes count once", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_person{ana(), 9}}));
    const sealed_blob secret{"k1", "w", "s1"};
    const sealed_blob other{"k1", "w", "s2"};
    const auto use = [&](std::int64_t step) {
        return code_of(put(*store, {use_totp{"team_a", "per_ana", step}}));
    };
    CHECK(code_of(put(*store, {remove_totp{"team_a", "per_ana", at(20)}})) == "not_found");
    REQUIRE(put(*store, {put_totp{"team_a", "per_ana", other, at(20)}}));
    REQUIRE(put(*store, {put_totp{"team_a", "per_ana", secret, at(20)}}));
    CHECK(use(7) == "code_used");  // not confirmed
    const confirm_totp confirm{"team_a", "per_ana", secret, 7, {hash_of('r'), hash_of('q')},
                               at(21)};
    auto wrong = confirm;
    wrong.secret = other;
    CHECK(code_of(put(*store, {wrong})) == "totp_changed");
    CHECK(code_of(put(*store, {confirm})).empty());
    CHECK(code_of(put(*store, {confirm})) == "totp_changed");
    CHECK(code_of(put(*store, {put_totp{"team_a", "per_ana", other, at(22)}})) == "totp_on");
    CHECK(use(7) == "code_used");
    CHECK(use(8).empty());
    CHECK(use(8) == "code_used");
    const auto recover = [&](char c) {
        return code_of(put(*store, {use_recovery_code{"team_a", "per_ana", {hash_of(c)}}}));
    };
    CHECK(recover('x') == "code_used");
    CHECK(recover('r').empty());
    CHECK(recover('r') == "code_used");
    REQUIRE(put(*store, {remove_totp{"team_a", "per_ana", at(23)}}));
    CHECK(recover('q') == "code_used");
    CHECK(use(9) == "code_used");
}

TEMPLATE_TEST_CASE("sign-in attempts: all instances take from the same buckets", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    const std::vector<attempt_bucket> narrow{{1, 1'000, 2}, {2, 1'000, 9}};
    const std::vector<attempt_bucket> wide{{2, 1'000, 9}, {3, 1'000, 9}};
    const auto wait = [&](const std::vector<attempt_bucket>& buckets, std::int64_t when) {
        auto out = std::make_shared<std::int64_t>(-1);
        REQUIRE(put(*store, {take_attempts{buckets, at(when), out}}));
        return *out;
    };
    CHECK(wait(narrow, 100) == 0);
    CHECK(wait(narrow, 100) == 0);
    CHECK(wait(narrow, 100) == 1'000);
    // What is refused takes nothing of the other bucket either.
    for (int i = 0; i < 7; ++i) CHECK(wait(wide, 100) == 0);
    CHECK(wait(wide, 100) == 1'000);
    REQUIRE(put(*store, {return_attempts{narrow}}));
    CHECK(wait(narrow, 100) == 0);
    CHECK(wait(narrow, 100) == 1'000);
    REQUIRE(put(*store, {purge_expired{at(100)}}));
    CHECK(wait(narrow, 100) == 1'000);
    REQUIRE(put(*store, {purge_expired{at(100) + std::chrono::hours{1}}}));
    CHECK(wait(narrow, 100) == 0);
}

TEMPLATE_TEST_CASE(
    "people rows: a sign-in link ends with one-time codes, a new password and all "
    "sessions",
    "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_person{ana(), 2}}));
    const auto make = [&] {
        REQUIRE(
            put(*store, {add_sign_in_link{"team_a", "per_ana", hash_of('l'), at(1'000), at(20)}}));
    };
    const auto there = [&] {
        return run_sync(store->find_sign_in_link({hash_of('l')})).value().has_value();
    };
    make();
    REQUIRE(there());
    REQUIRE(put(*store, {end_sessions{"team_a", "per_ana", {}}}));
    CHECK_FALSE(there());
    make();
    REQUIRE(put(*store, {put_password{"team_a", "per_ana", "$argon2id$1", "$argon2id$2", true,
                                      "ses_1", at(21)}}));
    CHECK_FALSE(there());
    make();
    const sealed_blob secret{"k1", "wrapped", "secret"};
    REQUIRE(put(*store, {put_totp{"team_a", "per_ana", secret, at(22)}}));
    REQUIRE(there());
    REQUIRE(put(*store, {confirm_totp{"team_a", "per_ana", secret, 5, {}, at(23)}}));
    CHECK_FALSE(there());
    // One that was made while one-time codes were confirmed.
    make();
    CHECK(code_of(put(*store, {use_sign_in_link{"team_a", hash_of('l'), at(24)}})) == "link_used");
}

}  // namespace people_rows_test
