// One PostgreSQL connection as RAII. Not thread-safe: a connection stays on the thread that uses
// it.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/sql/session.hpp"

struct pg_conn;
struct pg_result;

namespace tollgate::storage::postgresql {

// True if libpq can parse the URL.
bool well_formed(const std::string& url);

struct connect_options {
    std::string url;
    std::chrono::milliseconds connect_timeout{5'000};
    // The server cancels a statement after this time; the client gives up two seconds later.
    std::chrono::milliseconds statement_timeout{8'000};
    // The server rolls back a transaction that waits this long for its next statement, so that a
    // process that is paused or cut off during a transaction stops holding its locks.
    std::chrono::milliseconds transaction_pause{1'000};
};

// Why a connection could not be made.
enum class refusal : std::uint8_t {
    absent,  // nothing answers there, or it is starting: it may answer later
    final,   // wrong password, no such database, mismatched TLS settings
};

class connect_error final : public sql::sql_error {
public:
    connect_error(refusal why, const std::string& what)
        : sql_error(sql::fault_kind::lost, what), why_(why) {}
    refusal why() const { return why_; }

private:
    refusal why_;
};

// Reads see what was committed before the statement began; commits wait for the disk
// (synchronous_commit is on, or remote_apply if the server is set to that). After any loss, the
// connection stays broken.
class connection final : public sql::session {
public:
    // Connects; blocks. Throws connect_error.
    explicit connection(const connect_options& options);
    ~connection() override;
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;

    void script(const std::string& sql) override;
    std::unique_ptr<sql::cursor> open(std::string_view sql,
                                      std::span<const sql::value> values) override;
    std::int64_t execute(std::string_view sql, std::span<const sql::value> values) override;
    void begin() override;
    bool idle() const override;
    sql::dialect sql_dialect() const override { return sql::dialect::postgresql; }

    bool broken() const { return broken_; }
    // For operations that may take longer than a request: migrations, copies.
    void allow(std::chrono::milliseconds statement_timeout);

    int server_version() const;  // 150018 is 15.18
    // A parameter reported by the server at login, e.g. "server_encoding".
    std::string reported(const char* name) const;

private:
    struct close_connection {
        void operator()(pg_conn* handle) const noexcept;
    };
    struct clear_result {
        void operator()(pg_result* handle) const noexcept;
    };
    using answer = std::unique_ptr<pg_result, clear_result>;
    friend class result_cursor;

    answer exchange(bool sent);
    answer send(std::string_view sql, std::span<const sql::value> values);
    const std::string& prepare(std::string_view sql);
    void wait(bool for_writing, std::chrono::steady_clock::time_point until);
    [[noreturn]] void fail(pg_result* about);

    std::unique_ptr<pg_conn, close_connection> handle_;
    std::unordered_map<const char*, std::string> prepared_;  // statement names
    std::chrono::milliseconds timeout_{};
    bool broken_ = false;
};

}  // namespace tollgate::storage::postgresql
