// One SQLite connection as RAII. Not thread-safe: a connection stays on the thread that uses it.
// Inside storage/sqlite faults are thrown as sqlite_error; they become failures at the store's
// public functions.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tollgate::storage::sqlite {

enum class sqlite_fault : std::uint8_t { unique, foreign_key, other };

class sqlite_error : public std::runtime_error {
public:
    sqlite_error(sqlite_fault fault, const std::string& what)
        : std::runtime_error(what), fault_(fault) {}
    sqlite_fault fault() const { return fault_; }

private:
    sqlite_fault fault_;
};

// Marks a string as bytes, not text.
struct blob {
    std::string_view bytes;
};

enum class access : std::uint8_t { read_write, read_only };

class database {
public:
    // Opens `file`; read_write creates it. Sets WAL, synchronous=FULL, foreign keys, secure_delete
    // and busy_timeout. Throws sqlite_error.
    database(const std::string& file, access mode);
    ~database();
    database(database&&) noexcept;
    database& operator=(database&&) = delete;

    // Runs statements without parameters, e.g. a migration. Throws sqlite_error.
    void script(const std::string& sql);

    // Runs one statement with its values bound in order; how many rows it changed. `sql` is a
    // literal: prepared once and kept by its address. Throws sqlite_error.
    template <typename... Values>
    std::int64_t run(std::string_view sql, const Values&... values);

    // True while no transaction is open (SQLite rolls back by itself after some errors).
    bool idle() const;

private:
    friend class query;
    struct close_database {
        void operator()(sqlite3* handle) const noexcept;
    };
    struct finalize_statement {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };
    using statement = std::unique_ptr<sqlite3_stmt, finalize_statement>;

    sqlite3_stmt* prepare(std::string_view sql);
    std::int64_t changed() const;

    std::unique_ptr<sqlite3, close_database> handle_;
    std::unordered_map<const char*, statement> prepared_;
};

// A statement that runs: bound at construction, stepped by next(), reset when it goes. The `sql` of
// a query is a literal. Borrowed strings must live as long as the query.
class query {
public:
    template <typename... Values>
    query(database& db, std::string_view sql, const Values&... values)
        : db_(db), handle_(db.prepare(sql)) {
        (bind(values), ...);
    }
    ~query();
    query(const query&) = delete;
    query& operator=(const query&) = delete;

    // Moves to the next row; false behind the last. Throws sqlite_error.
    bool next();

    // The columns of the row, taken in order of the SELECT list.
    std::string text();
    std::string bytes();
    std::int64_t integer();
    base::timestamp time();
    std::optional<base::timestamp> optional_time();

private:
    void bind(std::string_view value);
    void bind(const std::string& value) { bind(std::string_view{value}); }
    void bind(blob value);
    void bind(std::int64_t value);
    void bind(bool value) { bind(std::int64_t{value ? 1 : 0}); }
    void bind(base::timestamp value) { bind(base::to_unix_ms(value)); }
    void bind(const std::optional<base::timestamp>& value);

    database& db_;
    sqlite3_stmt* handle_;
    int bound_ = 0;
    int column_ = 0;
};

template <typename... Values>
std::int64_t database::run(std::string_view sql, const Values&... values) {
    query statement{*this, sql, values...};
    while (statement.next()) {
    }
    return changed();
}

}  // namespace tollgate::storage::sqlite
