// Clients seen at MCP servers: sightings add up, and of each server only the newest are kept.
#include "storage/changes/clients.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/audit_log.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/unit/storage/backends.hpp"

namespace clients_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

namespace {

mcp_client_row seen(const std::string& client, int when) {
    mcp_client_row out;
    out.team_id = "team_a";
    out.server_id = "mcp_a";
    out.client = client;
    out.first_seen_at = out.last_seen_at = at(when);
    return out;
}

std::vector<mcp_client_row> clients_of(record_store& store) {
    return run_sync(store.list_mcp_clients("team_a", "mcp_a")).value();
}

// Of all servers, also those that are over.
std::int64_t stored_clients(sql::session& db) {
    sql::query rows{db, "SELECT count(*) FROM mcp_clients"};
    REQUIRE(rows.next());
    return rows.integer();
}
std::int64_t stored_clients(test::on_sqlite& backend) {
    sqlite::database db{backend.dir.file("t.db"), sqlite::access::read_write};
    return stored_clients(db);
}
std::int64_t stored_clients(test::on_postgresql& backend) {
    postgresql::connection db{{backend.database.url()}};
    return stored_clients(db);
}

}  // namespace

TEMPLATE_TEST_CASE("clients: what was seen of a client adds up", "[storage]", test::on_sqlite,
                   test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    auto began = seen("Claude/1", 10);
    began.title = "Claude 1";
    began.era = "2025";
    began.network = "192.0.2.0/24";
    began.discovered_at = at(10);
    auto refused = seen("Claude/1", 20);
    refused.refused_at = at(20);
    refused.refused_status = 406;
    refused.network = "198.51.100.0/24";
    auto listed = seen("Claude/1", 15);
    listed.listed_at = at(15);
    listed.network = "203.0.113.0/24";
    REQUIRE(put(*store, {note_clients{{began, refused}}}));
    REQUIRE(put(*store, {note_clients{{listed}}}));
    auto older = seen("Claude/1", 12);
    older.refused_at = at(12);
    older.refused_status = 401;
    REQUIRE(put(*store, {note_clients{{older}}}));

    const auto rows = clients_of(*store);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].title == "Claude 1");
    CHECK(rows[0].era == "2025");
    CHECK(rows[0].first_seen_at == at(10));
    CHECK(rows[0].last_seen_at == at(20));
    CHECK(rows[0].discovered_at == at(10));
    CHECK(rows[0].listed_at == at(15));
    CHECK_FALSE(rows[0].called_at);
    CHECK(rows[0].refused_at == at(20));
    CHECK(rows[0].refused_status == 406);
    CHECK(rows[0].network == "203.0.113.0/24");  // of what was stored last
    CHECK(run_sync(store->list_mcp_clients("team_b", "mcp_a")).value().empty());
}

TEMPLATE_TEST_CASE("clients: who called is noted with the batch of the log", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    auto called = seen("Cursor/2", 30);
    called.called_at = at(30);
    integrate_audit batch;
    batch.team_id = "team_a";
    batch.root = std::string(32, 'r');
    batch.clients = {called};
    REQUIRE(put(*store, {batch}));
    CHECK(clients_of(*store).at(0).called_at == at(30));
}

TEMPLATE_TEST_CASE("clients: of an MCP server, those seen last are kept", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    std::vector<mcp_client_row> rows;
    for (int i = 0; i < clients_of_server_max + 5; ++i)
        rows.push_back(seen("client" + std::to_string(i), 100 + i));
    REQUIRE(put(*store, {note_clients{rows}}));
    const auto kept = clients_of(*store);
    REQUIRE(kept.size() == clients_of_server_max);
    CHECK(kept.front().client == "client54");
    CHECK(kept.back().client == "client5");
}

TEMPLATE_TEST_CASE("clients: names made up in one batch leave no row behind", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType database;
    auto store = database.open();
    REQUIRE(fill(*store));
    std::vector<mcp_client_row> rows;
    for (int i = 0; i < 4096; ++i) rows.push_back(seen("client" + std::to_string(i), 100));
    auto other = seen("another's", 1);
    other.server_id = "mcp_b";
    rows.push_back(other);
    REQUIRE(put(*store, {note_clients{rows}}));
    REQUIRE(put(*store, {note_clients{{seen("one more", 101)}}}));
    CHECK(stored_clients(database) == clients_of_server_max + 1);
    CHECK(clients_of(*store).front().client == "one more");
}

TEST_CASE("clients: to remove old ones waits for no other writer", "[storage]") {
    test::on_postgresql database;
    auto store = database.open();
    REQUIRE(fill(*store));
    std::vector<mcp_client_row> rows;
    for (int i = 0; i < clients_of_server_max; ++i)
        rows.push_back(seen("client" + std::to_string(i), 100 + i));
    REQUIRE(put(*store, {note_clients{rows}}));
    postgresql::connection other{{database.database.url()}};
    other.begin();
    other.run("SELECT 1 FROM mcp_clients WHERE client = 'client0' FOR UPDATE");
    CHECK(put(*store, {note_clients{{seen("one more", 500)}}}));
    CHECK(stored_clients(database) == clients_of_server_max + 1);
    other.script("ROLLBACK");
    CHECK(put(*store, {note_clients{{seen("one more", 501)}}}));
    CHECK(stored_clients(database) == clients_of_server_max);
}

}  // namespace clients_test
