// The two databases, for tests that hold for both: TEMPLATE_TEST_CASE(…, on_sqlite, on_postgresql).
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "storage/changes/accounts.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "storage/postgresql.hpp"
#include "storage/sqlite.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/storage/rows.hpp"

namespace tollgate::test {

inline base::null_logger quiet;

// An empty database; open() more than once comes back to the same rows.
class on_sqlite {
public:
    std::unique_ptr<storage::record_store> open(std::uint64_t size_bytes_max = 0) {
        storage::sqlite_options options;
        options.file = dir.file("t.db");
        options.size_bytes_max = size_bytes_max;
        return storage::open_sqlite(options, *log).value();
    }
    temp_dir dir;
    base::logger* log = &quiet;
};

class on_postgresql {
public:
    std::unique_ptr<storage::record_store> open() {
        storage::postgresql_options options;
        options.url = database.url();
        return storage::open_postgresql(options, *log).value();
    }
    postgres_database database;
    base::logger* log = &quiet;
};

inline base::result<> put(storage::record_store& store, std::vector<storage::change> changes) {
    return run_sync(store.commit(std::move(changes)));
}

// Two teams, an account each, one server with one token in the first.
inline base::result<> fill(storage::record_store& store) {
    using namespace storage;
    return put(store, {add_team{team("team_a")}, add_team{team("team_b")},
                       add_api_key{api_key("team_a", "key_a", 'A'), 10},
                       add_api_key{api_key("team_b", "key_b", 'B'), 10},
                       add_account{account("team_a", "ia_a"), 10},
                       add_account{account("team_b", "ia_b"), 10},
                       add_server{server("team_a", "ia_a", "mcp_a"), 10},
                       add_token{token("team_a", "mcp_a", 'T')}});
}

}  // namespace tollgate::test
