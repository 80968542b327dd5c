// What holds for every record store, on both databases.
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>

#include "storage/changes/accounts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "tests/unit/storage/backends.hpp"

namespace store_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::fill;
using test::put;
using test::run_sync;

TEMPLATE_TEST_CASE("storage store: rows come back as they were written", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    {
        const auto store = backend.open();
        CHECK_FALSE(run_sync(store->any_team()).value());
        REQUIRE(fill(*store));
    }
    const auto store = backend.open();  // once more, from the file
    CHECK(run_sync(store->any_team()).value());
    const auto account = run_sync(store->find_account("team_a", "ia_a")).value();
    REQUIRE(account);
    CHECK(account->credential.ciphertext == std::string("\0cipher\xff", 8));
    CHECK(account->credential.wrapped_key == std::string("\0wrapped", 8));
    CHECK(account->created_at == test::at(1));
    const auto grant = run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value();
    REQUIRE(grant);
    CHECK(grant->server.id == "mcp_a");
    CHECK(grant->account.id == "ia_a");
    CHECK_FALSE(grant->server.expires_at);
    const auto key = run_sync(store->find_api_key_by_token(
                                  {{"p0", test::digest_of('A')}, {"p1", test::digest_of('A')}}))
                         .value();
    REQUIRE(key);
    CHECK(key->id == "key_a");
    CHECK(run_sync(store->find_team("team_b")).value()->name == "Team team_b");
}

TEMPLATE_TEST_CASE("storage store: no read or change crosses teams", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK_FALSE(run_sync(store->find_account("team_b", "ia_a")).value());
    CHECK_FALSE(run_sync(store->find_api_key("team_b", "key_a")).value());
    CHECK_FALSE(run_sync(store->find_server("team_b", "ia_a", "mcp_a")).value());
    CHECK_FALSE(run_sync(store->find_server("team_a", "ia_b", "mcp_a")).value());
    CHECK(run_sync(store->server_ids("team_b", "ia_a")).value().empty());
    CHECK(run_sync(store->list_accounts("team_b", "", {})).value().size() == 1);
    CHECK(put(*store, {remove_account{"team_b", "ia_a"}}).error().kind == base::errc::not_found);
    CHECK(put(*store, {remove_api_key{"team_b", "key_a"}}).error().kind == base::errc::not_found);
    CHECK(put(*store, {revoke_server{"team_b", "ia_a", "mcp_a", test::at(9)}}).error().kind ==
          base::errc::not_found);
    // a server of one team under an account of the other
    CHECK(put(*store, {add_server{test::server("team_b", "ia_a", "mcp_x"), 10}}).error().code ==
          "account_not_found");
    CHECK(put(*store, {add_token{test::token("team_b", "mcp_a", 'X')}}).error().kind ==
          base::errc::not_found);
    CHECK(put(*store, {drop_tokens{"team_b", "mcp_a"}}).has_value());
    CHECK(run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value());
}

TEMPLATE_TEST_CASE("storage store: a batch is applied whole or not at all", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto failed = put(*store, {add_server{test::server("team_a", "ia_a", "mcp_new"), 10},
                                     remove_account{"team_a", "ia_missing"}});
    REQUIRE(failed.has_error());
    CHECK_FALSE(run_sync(store->find_server("team_a", "ia_a", "mcp_new")).value());
}

TEMPLATE_TEST_CASE("storage store: a change names the version it read", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto row = *run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value();
    row.name = "first";
    CHECK(put(*store, {replace_server{row}}).has_value());
    row.name = "second, from an old copy";
    CHECK(put(*store, {replace_server{row}}).error().code == "version_changed");
    CHECK(run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value()->name == "first");
    auto account = *run_sync(store->find_account("team_a", "ia_a")).value();
    CHECK(put(*store, {replace_account{account}}).has_value());
    CHECK(put(*store, {replace_account{account}}).error().code == "version_changed");
    account.id = "ia_none";
    CHECK(put(*store, {replace_account{account}}).error().kind == base::errc::not_found);
}

TEMPLATE_TEST_CASE("storage store: a revoked server has no token and takes no change", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_a", test::at(5)}}).has_value());
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_a", test::at(9)}}).has_value());
    const auto row = run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value();
    CHECK(row->revoked_at == test::at(5));
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value());
    CHECK(put(*store, {replace_server{*row}}).error().code == "server_revoked");
}

TEMPLATE_TEST_CASE("storage store: servers are revoked in batches, in the order of their ids",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));  // mcp_a, with a token
    REQUIRE(put(*store, {add_account{test::account("team_a", "ia_2"), 10},
                         add_server{test::server("team_a", "ia_a", "mcp_c"), 10},
                         add_server{test::server("team_a", "ia_2", "mcp_b"), 10},
                         add_server{test::server("team_a", "ia_a", "mcp_d"), 10},
                         add_token{test::token("team_a", "mcp_b", 'B')},
                         add_token{test::token("team_a", "mcp_d", 'D')},
                         add_server{test::server("team_b", "ia_b", "mcp_bb"), 10},
                         add_token{test::token("team_b", "mcp_bb", 'X')}}));
    auto revoked = std::make_shared<std::vector<std::string>>();
    const auto revoke = [&](const char* account, const char* after, std::int64_t limit) {
        auto done =
            put(*store, {revoke_servers{"team_a", account, test::at(7), after, limit, revoked}});
        std::sort(revoked->begin(), revoked->end());
        return done;
    };
    const auto works = [&](char letter) {
        return run_sync(store->find_grant({{"p1", test::digest_of(letter)}})).value().has_value();
    };
    CHECK(revoke("ia_none", "", 10).error().kind == base::errc::not_found);
    CHECK(revoke("ia_b", "", 10).error().kind == base::errc::not_found);
    // Of one account: those of others in between stay.
    REQUIRE(revoke("ia_a", "", 2));
    CHECK(*revoked == std::vector<std::string>{"mcp_a", "mcp_c"});
    CHECK_FALSE(works('T'));
    CHECK(works('B'));
    CHECK(works('D'));
    // Of the team: what is revoked already is not counted.
    REQUIRE(revoke("", "mcp_b", 10));
    CHECK(*revoked == std::vector<std::string>{"mcp_d"});
    REQUIRE(revoke("", "", 10));
    CHECK(*revoked == std::vector<std::string>{"mcp_b"});
    REQUIRE(revoke("", "", 10));
    CHECK(revoked->empty());
    CHECK_FALSE(works('B'));
    CHECK_FALSE(works('D'));
    CHECK(works('X'));
    CHECK(run_sync(store->find_server("team_a", "ia_2", "mcp_b")).value()->revoked_at ==
          test::at(7));
}

TEMPLATE_TEST_CASE("storage store: removing an account removes its servers and tokens", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto live = run_sync(store->count_servers("team_a", "ia_a")).value();
    CHECK(live > 0);
    CHECK(put(*store, {remove_account{"team_a", "ia_a", live + 1}}).error().code ==
          "count_differs");
    REQUIRE(put(*store, {remove_account{"team_a", "ia_a", live}}).has_value());
    CHECK_FALSE(run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value());
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value());
}

TEMPLATE_TEST_CASE("storage store: the last admin key and the last owner key stay", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK(put(*store, {remove_api_key{"team_a", "key_a"}}).error().code == "last_admin_key");
    auto owner = test::api_key("team_a", "key_owner", 'O');
    owner.instance_owner = true;
    REQUIRE(put(*store, {add_api_key{owner, 10}}).has_value());
    CHECK(put(*store, {remove_api_key{"team_a", "key_owner"}}).error().code == "last_owner_key");
    CHECK(put(*store, {remove_api_key{"team_a", "key_a"}}).has_value());
}

TEMPLATE_TEST_CASE("storage store: limits are counted in the transaction", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    CHECK(put(*store, {add_server{test::server("team_a", "ia_a", "mcp_2"), 1}}).error().kind ==
          base::errc::limit_exceeded);
    CHECK(put(*store, {add_account{test::account("team_a", "ia_2"), 1}}).error().kind ==
          base::errc::limit_exceeded);
    CHECK(put(*store, {add_api_key{test::api_key("team_a", "key_2", 'C'), 1}}).error().kind ==
          base::errc::limit_exceeded);
    // a revoked server does not count
    REQUIRE(put(*store, {revoke_server{"team_a", "ia_a", "mcp_a", test::at(5)}}).has_value());
    CHECK(put(*store, {add_server{test::server("team_a", "ia_a", "mcp_2"), 1}}).has_value());
}

TEMPLATE_TEST_CASE("storage store: lists are newest first and page without gaps", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    // pairs share a millisecond, so that the id decides
    for (int i = 0; i < 10; ++i) {
        const std::string id = "mcp_s" + std::to_string(i);
        REQUIRE(put(*store, {add_server{test::server("team_a", "ia_a", id, 100 + i / 2), 99}})
                    .has_value());
    }
    std::vector<std::string> seen;
    page where;
    where.limit = 3;
    for (;;) {
        const auto rows = run_sync(store->list_servers("team_a", "ia_a", where)).value();
        for (const auto& row : rows) seen.push_back(row.id);
        if (rows.size() < where.limit) break;
        where.before = rows.back().created_at;
        where.before_id = rows.back().id;
    }
    CHECK(seen == std::vector<std::string>{"mcp_s9", "mcp_s8", "mcp_s7", "mcp_s6", "mcp_s5",
                                           "mcp_s4", "mcp_s3", "mcp_s2", "mcp_s1", "mcp_s0",
                                           "mcp_a"});
}

TEMPLATE_TEST_CASE("storage store: tokens are capped and dropped", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {cap_tokens{"team_a", "mcp_a", test::at(50)}}).has_value());
    REQUIRE(put(*store, {cap_tokens{"team_a", "mcp_a", test::at(90)}}).has_value());
    CHECK(run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value()->token_expires_at ==
          test::at(50));
    REQUIRE(put(*store,
                {add_token{test::token("team_a", "mcp_a", 'U')}, drop_tokens{"team_a", "mcp_a"}})
                .has_value());
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('U')}})).value());
}

TEMPLATE_TEST_CASE("storage store: use is added up and time of use only moves forward", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_usage{"team_a", "mcp_a", 3, test::at(20)},
                         add_usage{"team_a", "mcp_a", 2, test::at(10)},
                         add_usage{"team_a", "mcp_gone", 2, test::at(10)},
                         add_usage{"team_b", "mcp_a", 7, test::at(99)}})
                .has_value());
    const auto row = run_sync(store->find_server("team_a", "ia_a", "mcp_a")).value();
    CHECK(row->use_count == 5);
    CHECK(row->last_used_at == test::at(20));
}

TEMPLATE_TEST_CASE("storage store: a setting holds any bytes and is replaced", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    CHECK_FALSE(run_sync(store->find_setting("x")).value());
    REQUIRE(put(*store, {put_setting{"x", std::string("\0\xff", 2)}}).has_value());
    CHECK(run_sync(store->find_setting("x")).value() == std::string("\0\xff", 2));
    REQUIRE(put(*store, {put_setting{"x", ""}}).has_value());
    CHECK(run_sync(store->find_setting("x")).value() == "");
}

TEMPLATE_TEST_CASE("storage store: a stored answer is kept until it expires", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    replay_row row{"team_a", "POST /x",           "k",         test::digest_of('d'),
                   201,      {"k1", "w", "body"}, test::at(0), test::at(100)};
    REQUIRE(put(*store, {add_replay{row}}).has_value());
    row.created_at = test::at(99);
    CHECK(put(*store, {add_replay{row}}).error().code == "replay_exists");
    CHECK_FALSE(run_sync(store->find_replay("team_b", "POST /x", "k")).value());
    CHECK(run_sync(store->find_replay("team_a", "POST /x", "k")).value()->body.ciphertext ==
          "body");
    row.created_at = test::at(100);
    row.expires_at = test::at(200);
    row.body.ciphertext = "second";
    REQUIRE(put(*store, {add_replay{row}}).has_value());
    CHECK(run_sync(store->find_replay("team_a", "POST /x", "k")).value()->body.ciphertext ==
          "second");
    REQUIRE(put(*store, {purge_expired{test::at(200)}}).has_value());
    CHECK_FALSE(run_sync(store->find_replay("team_a", "POST /x", "k")).value());
}

namespace {

base::awaitable<> add_one(record_store& store, std::string id, std::atomic<int>& good) {
    std::vector<change> changes{add_server{test::server("team_a", "ia_a", std::move(id)), 99999}};
    const auto outcome = co_await store.commit(std::move(changes));
    if (outcome) ++good;
}

}  // namespace

TEMPLATE_TEST_CASE("storage store: batches that wait together are committed together", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    std::atomic<int> good{0};
    boost::asio::io_context& loop = test::new_loop();
    for (int i = 0; i < 500; ++i)
        boost::asio::co_spawn(loop, add_one(*store, "mcp_g" + std::to_string(i % 400), good),
                              test::rethrow);
    loop.run();
    CHECK(good == 400);  // the 100 repeated ids fail alone
    CHECK(run_sync(store->server_ids("team_a", "ia_a")).value().size() == 401);
}

TEMPLATE_TEST_CASE("storage store: a frozen team shows in its grants, and the first freeze counts",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto frozen_at = [&store] {
        return run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value()->team_frozen_at;
    };
    CHECK_FALSE(frozen_at());
    REQUIRE(put(*store, {freeze_team{"team_a", test::at(5)}}).has_value());
    REQUIRE(put(*store, {freeze_team{"team_a", test::at(9)}}).has_value());
    CHECK(frozen_at() == test::at(5));
    CHECK(run_sync(store->find_team("team_a")).value()->frozen_at == test::at(5));
    CHECK_FALSE(run_sync(store->find_team("team_b")).value()->frozen_at);
    REQUIRE(put(*store, {freeze_team{"team_a", {}}}).has_value());
    CHECK_FALSE(frozen_at());
    CHECK(put(*store, {freeze_team{"team_x", test::at(5)}}).error().kind == base::errc::not_found);
}

TEMPLATE_TEST_CASE("storage store: a refused credential is marked on the version it was read with",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const auto read = [&store] { return *run_sync(store->find_account("team_a", "ia_a")).value(); };
    CHECK(put(*store, {reject_credential{"team_b", "ia_a", 1, test::at(5)}}).error().kind ==
          base::errc::not_found);
    CHECK(put(*store, {reject_credential{"team_a", "ia_a", 2, test::at(5)}}).error().code ==
          "version_changed");
    CHECK_FALSE(read().needs_reauth_at);
    REQUIRE(put(*store, {reject_credential{"team_a", "ia_a", 1, test::at(5)}}).has_value());
    CHECK(read().needs_reauth_at == test::at(5));
    CHECK(read().version == 2);
    auto replaced = read();
    replaced.needs_reauth_at.reset();
    replaced.frozen_at = test::at(6);
    replaced.connected_accounts = R"(["acct_1"])";
    REQUIRE(put(*store, {replace_account{replaced}}).has_value());
    CHECK_FALSE(read().needs_reauth_at);
    CHECK(read().frozen_at == test::at(6));
    CHECK(read().connected_accounts == R"(["acct_1"])");
}

namespace {

std::vector<std::string> found_ids(record_store& store, const server_search& what) {
    std::vector<std::string> out;
    for (const auto& row : run_sync(store.search_servers("team_a", what, {})).value())
        out.push_back(row.id);
    std::sort(out.begin(), out.end());
    return out;
}

using ids = std::vector<std::string>;

}  // namespace

TEMPLATE_TEST_CASE("storage store: MCP servers are found over a whole team by prefix, name and key",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto rotated = test::server("team_a", "ia_a", "mcp_rotated", 5);
    rotated.token_prefix = "tgm_NEW1";
    rotated.name = "Refunds 100%";
    rotated.created_by = "key_a";
    auto old_token = test::token("team_a", "mcp_rotated", 'O');
    old_token.prefix = "tgm_OLD1";
    REQUIRE(put(*store, {add_server{rotated, 10}, add_token{old_token}}));
    CHECK(found_ids(*store, {}) == ids{"mcp_a", "mcp_rotated"});
    CHECK(found_ids(*store, {.prefix = "tgm_NE"}) == ids{"mcp_rotated"});
    CHECK(found_ids(*store, {.prefix = "tgm_OLD1"}) == ids{"mcp_rotated"});
    CHECK(found_ids(*store, {.prefix = "tgm_ab"}) == ids{"mcp_a"});
    CHECK(found_ids(*store, {.prefix = "tgm_zz"}).empty());
    CHECK(found_ids(*store, {.part = "REFUNDS"}) == ids{"mcp_rotated"});
    CHECK(found_ids(*store, {.part = "0%"}) == ids{"mcp_rotated"});
    CHECK(found_ids(*store, {.part = "r_v"}).empty());  // no pattern, the text itself
    CHECK(found_ids(*store, {.part = "acme"}) == ids{"mcp_a", "mcp_rotated"});
    CHECK(found_ids(*store, {.created_by = "key_a"}) == ids{"mcp_rotated"});
    CHECK(found_ids(*store, {.part = "refunds", .created_by = "key_1"}).empty());
    const auto of_b = run_sync(store->search_servers("team_b", {.prefix = "tgm_NEW1"}, {})).value();
    CHECK(of_b.empty());
    auto soon = test::server("team_a", "ia_a", "mcp_soon", 6);
    soon.expires_at = test::at(50);
    REQUIRE(put(*store, {add_server{soon, 10}}));
    CHECK(found_ids(*store, {.expires_before = test::at(51)}) == ids{"mcp_soon"});
    CHECK(found_ids(*store, {.expires_before = test::at(50)}).empty());
    CHECK(found_ids(*store, {.part = "refunds", .expires_before = test::at(51)}).empty());
    const auto token = run_sync(store->find_token({{"p1", test::digest_of('O')}})).value();
    REQUIRE(token);
    CHECK(token->server_id == "mcp_rotated");
    CHECK(token->prefix == "tgm_OLD1");
}

TEMPLATE_TEST_CASE("storage store: the name of a deleted API key is kept", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto row = test::api_key("team_a", "key_gone", 'G');
    row.name = "Gudrun";
    auto made = test::server("team_a", "ia_a", "mcp_made", 6);
    made.created_by = "key_gone";
    REQUIRE(put(*store, {add_api_key{row, 10}, add_server{made, 10}}));
    CHECK(found_ids(*store, {.created_by = "gudrun"}) == ids{"mcp_made"});
    REQUIRE(put(*store, {remove_api_key{"team_a", "key_gone", test::at(7)}}));
    CHECK(found_ids(*store, {.created_by = "gudrun"}) == ids{"mcp_made"});
    const auto names =
        run_sync(store->find_key_names("team_a", {"key_a", "key_gone", "key_none"})).value();
    REQUIRE(names.size() == 2);
    CHECK(names[1].name == "Gudrun");
    CHECK(run_sync(store->find_key_names("team_b", {"key_gone"})).value().empty());
}

TEMPLATE_TEST_CASE("storage store: one token of a server ends, the others stay", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    REQUIRE(put(*store, {add_token{test::token("team_a", "mcp_a", 'U')}}));
    CHECK(put(*store, {drop_token{"team_b", "mcp_a", test::digest_of('U')}}).error().kind ==
          base::errc::not_found);
    REQUIRE(put(*store, {drop_token{"team_a", "mcp_a", test::digest_of('U')}}));
    CHECK_FALSE(run_sync(store->find_grant({{"p1", test::digest_of('U')}})).value());
    CHECK(run_sync(store->find_grant({{"p1", test::digest_of('T')}})).value());
}

}  // namespace store_test
