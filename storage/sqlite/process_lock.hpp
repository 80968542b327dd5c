// Allows one process per database file.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::storage::sqlite {

// A lock file beside the database, locked as long as this object lives: two processes on one
// database would not notice each other's revokes.
class process_lock {
public:
    // Locks `database_file`.lock, and creates it if it is missing. Fails with errc::unavailable
    // "store_open_failed", and with "store_locked" if another process holds the lock.
    static base::result<process_lock> take(const std::string& database_file);

    process_lock(process_lock&& other) noexcept;
    process_lock& operator=(process_lock&&) = delete;
    ~process_lock();

private:
    explicit process_lock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

// Creates `file` with mode 0600 if it is missing: SQLite would create it with the process's umask.
// Fails with errc::unavailable "store_open_failed".
base::result<> create_private(const std::string& file);

}  // namespace tollgate::storage::sqlite
