// Writes the pages of the write-ahead log back into the database file, on a thread of its own, so
// that no transaction waits for it.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "storage/sqlite/database.hpp"

namespace tollgate::storage::sqlite {

class checkpointer {
public:
    // Opens a connection of its own to `file`, which exists. Throws sql_error.
    explicit checkpointer(const std::string& file);
    // Waits for a pass that is running.
    ~checkpointer();
    checkpointer(const checkpointer&) = delete;
    checkpointer& operator=(const checkpointer&) = delete;

    // Call on the writing thread after a commit, with its connection, which watches the log. Starts
    // a pass after every thousand pages. While transactions never pause, the log grows during each
    // pass and cannot begin anew; when it has become long, what the last pass has left is written
    // back here. A pass that fails changes nothing: the log stays as it is, and the next pass does
    // its work.
    void after_commit(database& writer);

private:
    static constexpr int pages_of_pass = 1'000;  // 4 MiB, as SQLite has by itself

    void run();
    // False if a pass is running. Otherwise, one begins, unless the rest is next.
    bool begin_pass();

    database db_;
    // Of the writing thread: the length of the log, the one at which to do something next, and
    // whether that is to write back the rest.
    int pages_ = 0;
    int next_at_ = pages_of_pass;
    bool rest_is_next_ = false;
    std::mutex mutex_;
    std::condition_variable wanted_;
    bool running_ = false;  // a pass is to begin, or is running
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tollgate::storage::sqlite
