// The record store in a PostgreSQL database, shared by any number of instances.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"

namespace tollgate::storage {

struct postgresql_options {
    std::string url;  // postgresql://user:password@host:port/database?sslmode=…; never logged
    std::size_t read_connections = 4;                  // one thread each
    std::size_t write_connections = 2;                 // one thread each
    std::size_t read_queue_limit = 4096;               // beyond it: errc::unavailable
    std::size_t write_queue_limit = 4096;              // beyond it: errc::unavailable
    std::chrono::milliseconds connect_timeout{5'000};  // per address; whole seconds, at least 2
    std::chrono::milliseconds statement_timeout{8'000};
    std::chrono::milliseconds start_wait{15'000};  // for a database that does not answer yet
};

// Checks a URL without connecting. Fails with errc::invalid_argument "bad_database_url" and a
// message that contains no password.
base::result<> check_postgresql_url(const std::string& url);

// Connects, brings the database to the current schema (instances that start at the same time wait
// for the one that migrates) and starts the threads. Blocks: call before the loops run. Fails as
// check_postgresql_url does, with errc::unavailable "store_open_failed" if the database cannot be
// reached within start_wait, refuses the login or cannot be used, and as sql/migrate.hpp says if
// the schema is not ours. `log` must outlive the store; the store must outlive every awaitable it
// returned. Its destructor commits what is queued.
//
// While the database is unavailable, calls fail with errc::unavailable at once; the store
// reconnects by itself. If the connection breaks during a commit, the write fails with
// errc::unavailable "store_unconfirmed": it may have been committed.
base::result<std::unique_ptr<record_store>> open_postgresql(const postgresql_options& options,
                                                            base::logger& log);

}  // namespace tollgate::storage
