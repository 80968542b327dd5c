#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "storage/changes/alarms.hpp"
#include "storage/changes/authorizations.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "tests/unit/storage/backends.hpp"

namespace oauth_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

namespace {

authorization_row given(const std::string& id, char letter, std::int64_t until = 1000) {
    authorization_row row;
    row.id = id;
    row.team_id = "team_a";
    row.server_id = "mcp_a";
    row.client_id = "oac_1";
    row.client_name = "Client";
    row.redirect_host = "client.example";
    row.scope = "mcp";
    row.allowed_by = "key_a";
    row.token_digest = test::digest_of(letter);
    row.refresh = {"p1", test::digest_of('r')};
    row.created_at = at(10);
    row.refreshed_at = at(10);
    row.expires_at = at(until);
    return row;
}

add_authorization adding(authorization_row row, std::int64_t limit = 10) {
    token_hash token{"p1", row.token_digest};
    return {std::move(row), std::move(token), limit};
}

oauth_client_row client(const std::string& id, std::int64_t created, std::int64_t until) {
    return {id, "team_a", "mcp_a", "Client", "[]", at(created), {}, at(until)};
}

}  // namespace

TEMPLATE_TEST_CASE("storage oauth: an authorization is a token of its server, once", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {adding(given("oaz_1", 'Z'))}).has_value());
    const auto found = run_sync(store->find_grant({{"p1", test::digest_of('Z')}})).value();
    REQUIRE(found.has_value());
    CHECK(found->token_scope == "mcp");
    CHECK(found->token_expires_at == at(1000));
    const auto again = put(*store, {adding(given("oaz_1", 'Y'))});
    REQUIRE(again.has_error());
    CHECK(again.error().code == "exists_already");
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('Y')}})).value());
    const auto full = put(*store, {adding(given("oaz_2", 'Y'), 1)});
    REQUIRE(full.has_error());
    CHECK(full.error().code == "limit_reached");
    const auto row = run_sync(store->find_authorization("oaz_1")).value();
    REQUIRE(row.has_value());
    CHECK(row->active);
    CHECK(row->redirect_host == "client.example");
    CHECK(row->refresh.digest == test::digest_of('r'));
}

TEMPLATE_TEST_CASE("storage oauth: rotation of the URL leaves authorizations, a revoke does not",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {adding(given("oaz_1", 'Z')), cap_tokens{"team_a", "mcp_a", at(50)},
                         drop_tokens{"team_a", "mcp_a"}})
                .has_value());
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value());
    const auto left = run_sync(store->find_grant({{"p1", test::digest_of('Z')}})).value();
    REQUIRE(left.has_value());
    CHECK(left->token_expires_at == at(1000));
    REQUIRE(put(*store, {drop_tokens{"team_a", "mcp_a", token_kinds::all}}).has_value());
    CHECK_FALSE(run_sync(store->find_authorization("oaz_1")).value()->active);
    REQUIRE(put(*store, {adding(given("oaz_2", 'Y'))}).has_value());
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_a", at(20)}}).has_value());
    CHECK_FALSE(run_sync(store->find_authorization("oaz_2")).value()->active);
    const auto late = put(*store, {adding(given("oaz_3", 'X'))});
    REQUIRE(late.has_error());
    CHECK(late.error().code == "server_not_found");
}

TEMPLATE_TEST_CASE("storage oauth: a refresh token is replaced once, and not after the end",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {adding(given("oaz_1", 'Z'))}).has_value());
    const rotate_refresh first{
        "team_a", "oaz_1", test::digest_of('r'), {"p1", test::digest_of('s')}, at(11)};
    REQUIRE(put(*store, {first}).has_value());
    const auto again = put(*store, {first});
    REQUIRE(again.has_error());
    CHECK(again.error().code == "refresh_changed");
    auto foreign = first;
    foreign.team_id = "team_b";
    foreign.from = test::digest_of('s');
    CHECK(put(*store, {foreign}).has_error());
    CHECK(run_sync(store->find_authorization("oaz_1")).value()->refreshed_at == at(11));
    CHECK(put(*store, {revoke_authorization{"team_b", "mcp_a", "oaz_1", at(12)}}).has_error());
    CHECK(put(*store, {revoke_authorization{"team_a", "mcp_b", "oaz_1", at(12)}}).has_error());
    REQUIRE(put(*store, {revoke_authorization{"team_a", "mcp_a", "oaz_1", at(12)}}).has_value());
    REQUIRE(put(*store, {revoke_authorization{"team_a", "mcp_a", "oaz_1", at(13)}}).has_value());
    const auto row = run_sync(store->find_authorization("oaz_1")).value();
    CHECK_FALSE(row->active);
    CHECK(row->revoked_at == at(12));
    auto late = first;
    late.from = test::digest_of('s');
    CHECK(put(*store, {late}).has_error());
}

TEMPLATE_TEST_CASE("storage oauth: authorizations end by their alarm and are forgotten later",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {adding(given("oaz_1", 'Z', 100)), adding(given("oaz_2", 'Y', 900))})
                .has_value());
    auto taken = std::make_shared<std::vector<alarm_row>>();
    auto done = std::make_shared<fired_alarms>();
    REQUIRE(put(*store, {claim_alarms{"c1", at(100), at(200), 10, taken},
                         fire_alarms{"c1", at(100), at(200), done}})
                .has_value());
    REQUIRE(done->tokens.size() == 1);
    CHECK(done->tokens.front().digest == test::digest_of('Z'));
    CHECK_FALSE(run_sync(store->find_authorization("oaz_1")).value()->active);
    CHECK(run_sync(store->find_authorization("oaz_2")).value()->active);
    REQUIRE(put(*store, {purge_expired{at(100)}}).has_value());
    CHECK_FALSE(run_sync(store->find_authorization("oaz_1")).value());
    CHECK(run_sync(store->find_authorization("oaz_2")).value());
}

TEMPLATE_TEST_CASE("storage oauth: lists are of one server of one team, newest first", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    for (const char letter : {'A', 'B', 'C'}) {
        auto row = given(std::string{"oaz_"} + letter, letter);
        row.created_at = at(letter);
        REQUIRE(put(*store, {adding(std::move(row))}).has_value());
    }
    page where;
    where.limit = 2;
    const auto first = run_sync(store->list_authorizations("team_a", "mcp_a", where)).value();
    REQUIRE(first.size() == 2);
    CHECK(first.front().id == "oaz_C");
    where.before = first.back().created_at;
    where.before_id = first.back().id;
    const auto rest = run_sync(store->list_authorizations("team_a", "mcp_a", where)).value();
    REQUIRE(rest.size() == 1);
    CHECK(rest.front().id == "oaz_A");
    CHECK(run_sync(store->list_authorizations("team_b", "mcp_a", {})).value().empty());
}

TEMPLATE_TEST_CASE("storage oauth: the client used longest ago makes room, later ones stay",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto use = [&](const std::string& id, std::int64_t when, std::int64_t until) {
        auto row = client(id, 1, until);
        row.used_at = at(when);
        return put(*store, {use_oauth_client{std::move(row), 2}});
    };
    const auto find = [&](const std::string& id) {
        return run_sync(store->find_oauth_client("team_a", "mcp_a", id)).value();
    };
    REQUIRE(use("oac_1", 2, 5000));
    REQUIRE(use("oac_2", 3, 5000));
    REQUIRE(use("oac_1", 4, 6000));
    REQUIRE(use("oac_3", 5, 5000));
    CHECK_FALSE(find("oac_2").has_value());
    REQUIRE(find("oac_1").has_value());
    CHECK(find("oac_1")->used_at == at(4));
    CHECK(find("oac_1")->expires_at == at(6000));
    CHECK(find("oac_1")->created_at == at(1));
    CHECK(find("oac_3")->redirect_uris == "[]");
    CHECK_FALSE(run_sync(store->find_oauth_client("team_b", "mcp_a", "oac_1")).value());
    REQUIRE(use("oac_4", 5000, 9000));
    CHECK_FALSE(find("oac_3").has_value());
    CHECK(find("oac_1").has_value());
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_a", at(5001)}}).has_value());
    CHECK(use("oac_5", 5002, 9000).error().code == "server_not_found");
}

TEMPLATE_TEST_CASE("storage oauth: authorizations end with the key that allowed them", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    api_key_row key;
    key.id = "key_second";
    key.team_id = "team_a";
    key.name = "Second";
    key.role = "operator";
    key.token = {"p1", test::digest_of('2')};
    REQUIRE(put(*store, {add_api_key{key, 100}}));
    auto by_second = given("oaz_2", 'Y');
    by_second.allowed_by = "key_second";
    REQUIRE(put(*store, {adding(given("oaz_1", 'Z')), adding(by_second)}));
    const auto ended = std::make_shared<std::vector<ended_token>>();
    REQUIRE(put(*store, {open_log{"epoch"}}));
    REQUIRE(put(*store, {remove_api_key{"team_a", "key_second", at(20), ended, "instance"}}));
    REQUIRE(ended->size() == 1);
    CHECK(ended->front().server_id == "mcp_a");
    CHECK(ended->front().digest == test::digest_of('Y'));
    const auto log = run_sync(store->read_log(0, 10)).value();
    REQUIRE(log.entries.size() == 1);
    CHECK(log.entries.front().kind == logged_kind::token_ended);
    CHECK(log.entries.front().subjects ==
          std::vector<std::string>{"mcp_a:" + base::hex(test::digest_of('Y'))});
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('Y')}})).value());
    CHECK(run_sync(store->find_authorization("oaz_2")).value()->revoked_at == at(20));
    CHECK(run_sync(store->find_authorization("oaz_1")).value()->active);
    auto late = given("oaz_3", 'X');
    late.allowed_by = "key_second";
    const auto refused = put(*store, {adding(late)});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "api_key_not_found");
    // A key that may not go takes nothing with it.
    ended->clear();
    CHECK(put(*store, {remove_api_key{"team_a", "key_a", at(21), ended, {}}}).has_error());
    CHECK(ended->empty());
    CHECK(run_sync(store->find_authorization("oaz_1")).value()->active);
}

TEMPLATE_TEST_CASE("storage oauth: a server is described by its id alone", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto found = run_sync(store->describe_server("mcp_a")).value();
    REQUIRE(found.has_value());
    CHECK(found->team_name == "Team team_a");
    CHECK(found->account_name == "Acme");
    CHECK(found->account_mode == account_mode::test);
    CHECK(found->server.team_id == "team_a");
    CHECK_FALSE(run_sync(store->describe_server("mcp_x")).value());
}

}  // namespace oauth_test
