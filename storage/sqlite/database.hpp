// One SQLite connection as RAII. Not thread-safe: a connection stays on the thread that uses it.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/sql/session.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tollgate::storage::sqlite {

// existing: reads and writes a file that belongs to others, which stays in its journal mode.
enum class access : std::uint8_t { read_write, read_only, existing };

class database final : public sql::session {
public:
    // Opens `file`; read_write creates it. Sets WAL, synchronous=FULL, foreign keys, secure_delete
    // and busy_timeout. Throws sql_error.
    database(const std::string& file, access mode);
    ~database() override;
    database(database&&) noexcept;
    database& operator=(database&&) = delete;

    void script(const std::string& sql) override;
    std::unique_ptr<sql::cursor> open(std::string_view sql,
                                      std::span<const sql::value> values) override;
    std::int64_t execute(std::string_view sql, std::span<const sql::value> values) override;
    void begin() override;
    bool idle() const override;
    sql::dialect sql_dialect() const override { return sql::dialect::sqlite; }

    // From now on, a statement that takes longer fails. Do not move the object afterwards.
    void allow(std::chrono::milliseconds statement_timeout);
    // From now on, commits do not write the write-ahead log back into the file; checkpoint() does.
    // Do not move the object afterwards.
    void watch_log();
    // How many pages the log had after the last commit.
    int pages_in_log() const { return pages_in_log_; }
    // Writes back what the log contains, except what readers still need there. Waits for nobody:
    // does nothing while another connection does the same. A failure has no consequence but that
    // the log stays.
    void checkpoint();
    // The type that the first column of a SELECT was declared with; empty if it is computed.
    std::string declared_type(const std::string& sql) const;

private:
    struct close_database {
        void operator()(sqlite3* handle) const noexcept;
    };
    struct finalize_statement {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };
    using statement = std::unique_ptr<sqlite3_stmt, finalize_statement>;

    sqlite3_stmt* prepare(std::string_view sql);

    std::unique_ptr<sqlite3, close_database> handle_;
    std::unordered_map<const char*, statement> prepared_;
    int pages_in_log_ = 0;
    std::chrono::milliseconds timeout_{0};  // none
    std::chrono::steady_clock::time_point until_{};
};

}  // namespace tollgate::storage::sqlite
