// Writes the pages of the write-ahead log back into the database file, between two transactions
// instead of inside a COMMIT that callers wait for.
#pragma once
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::sqlite {

// It uses the writing thread and its connection, and no other may write or write back: SQLite
// before 3.51.3 can lose a transaction when one connection begins the log anew while another writes
// it back (https://sqlite.org/wal.html#walresetbug).
class checkpointer {
public:
    // Call on the writing thread after a commit was acknowledged, with its connection, which
    // watches the log. Writes back after every thousand pages; the log then begins anew, unless a
    // reader still needs it. If that fails, the log stays as it is until a later call.
    void after_commit(database& writer);

private:
    static constexpr int pages_of_pass = 1'000;  // 4 MiB, as SQLite has by itself

    int pages_ = 0;  // of the log
    int next_at_ = pages_of_pass;
};

}  // namespace tollgate::storage::sqlite
