// The record store in one SQLite file.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"

namespace tollgate::storage {

struct sqlite_options {
    std::string file =
        "tollgate.db";  // created with mode 0600, beside its "-wal", "-shm" and ".lock"
    std::size_t reader_threads = 2;
    std::size_t read_queue_limit = 4096;   // beyond it: errc::unavailable
    std::size_t write_queue_limit = 4096;  // beyond it: errc::unavailable
    // Bytes reserved in a file "-reserve" beside the database and released when the disk is full;
    // 0: no reserve.
    std::uint64_t reserve_bytes = 0;
    std::uint64_t size_bytes_max =
        0;  // of the database file; 0: no limit; then: errc::unavailable for writes
};

// Opens or creates the database, takes its lock and brings it to the current schema. Blocks: call
// before the loops run. Fails with errc::unavailable "store_locked" if another process has the file
// open, "store_open_failed" if it cannot be opened, and as sql/migrate.hpp says if the schema is
// not ours. `log` must outlive the store; the store must outlive every awaitable it returned. Its
// destructor commits what is queued.
base::result<std::unique_ptr<record_store>> open_sqlite(const sqlite_options& options,
                                                        base::logger& log);

}  // namespace tollgate::storage
