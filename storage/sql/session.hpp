// What the shared SQL requires of a database connection. SQL is written once, in the subset that
// SQLite and PostgreSQL share, with '?' for a bound value. Not thread-safe: a session stays on the
// thread that uses it. Inside storage/ faults are thrown as sql_error; they become failures at the
// store's public functions.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"

namespace tollgate::storage::sql {

enum class dialect : std::uint8_t { sqlite, postgresql };

enum class fault_kind : std::uint8_t {
    unique,       // a row with this key exists
    foreign_key,  // the row that this one belongs to does not exist
    not_text,     // text that the database cannot hold (a NUL, or bytes that are not UTF-8)
    collision,    // concurrent writers conflicted: the same transaction may succeed when repeated
    full,         // no room on the database's disk
    lost,         // the connection is lost, or its database is unavailable
    silent,       // the database did not answer in time
    other,
};

class sql_error : public std::runtime_error {
public:
    sql_error(fault_kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    fault_kind kind() const { return kind_; }

private:
    fault_kind kind_;
};

// Marks a string as bytes, not text.
struct blob {
    std::string_view bytes;
};

// A bound value; monostate is NULL. Strings are borrowed.
using value = std::variant<std::monostate, std::int64_t, std::string_view, blob>;

// The rows of a running statement. Columns count from 0. Throws sql_error.
class cursor {
public:
    virtual ~cursor() = default;
    // Moves to the next row; false after the last one.
    virtual bool next() = 0;
    virtual bool null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    // Text or bytes, until the next call of next(); empty for NULL.
    virtual std::string_view bytes(int column) const = 0;
};

// A connection. Every member throws sql_error.
class session {
public:
    virtual ~session() = default;

    // Runs statements without parameters, e.g. a migration.
    virtual void script(const std::string& sql) = 0;

    // Starts a statement. `sql` is a literal: it is prepared once and kept by its address. `values`
    // are borrowed until the cursor is destroyed; only one cursor of a literal may exist at a time.
    virtual std::unique_ptr<cursor> open(std::string_view sql, std::span<const value> values) = 0;

    // Runs one statement to its end and returns the number of rows changed. `sql` as above.
    virtual std::int64_t execute(std::string_view sql, std::span<const value> values) = 0;

    // Begins a transaction for writing; end it with script("COMMIT") or script("ROLLBACK").
    virtual void begin() = 0;

    // True while no transaction is open (some errors roll back by themselves).
    virtual bool idle() const = 0;

    // The dialect of the database.
    virtual dialect sql_dialect() const = 0;

    // True if other sessions may write during this session's transaction; a rule that counts rows
    // must then first lock the row they belong to.
    bool many_writers() const { return sql_dialect() == dialect::postgresql; }

    // Runs one statement with its values bound in order; returns the number of rows changed.
    template <typename... Values>
    std::int64_t run(std::string_view sql, const Values&... values);
};

inline value to_value(std::string_view text) {
    return text;
}
inline value to_value(const std::string& text) {
    return std::string_view{text};
}
value to_value(const char*) = delete;  // deleted: it would convert to bool
inline value to_value(blob bytes) {
    return bytes;
}
inline value to_value(std::int64_t number) {
    return number;
}
inline value to_value(bool flag) {
    return std::int64_t{flag ? 1 : 0};
}
inline value to_value(base::timestamp at) {
    return base::to_unix_ms(at);
}
inline value to_value(const std::optional<base::timestamp>& at) {
    if (at) return base::to_unix_ms(*at);
    return {};
}

inline value to_value(const std::optional<std::int64_t>& number) {
    if (number) return *number;
    return {};
}

template <typename... Values>
std::int64_t session::run(std::string_view sql, const Values&... values) {
    const std::array<value, sizeof...(Values)> bound{to_value(values)...};
    return execute(sql, bound);
}

// A running query: the columns of a row are taken in order of its SELECT list.
class query {
public:
    template <typename... Values>
    query(session& db, std::string_view sql, const Values&... values) {
        const std::array<value, sizeof...(Values)> bound{to_value(values)...};
        rows_ = db.open(sql, bound);
    }
    // The same with values that the caller has bound.
    query(session& db, std::string_view sql, std::span<const value> values)
        : rows_(db.open(sql, values)) {}
    query(const query&) = delete;
    query& operator=(const query&) = delete;

    // Moves to the next row; false after the last one. Throws sql_error.
    bool next() {
        column_ = 0;
        return rows_->next();
    }

    std::string text() { return bytes(); }
    std::string bytes() { return std::string{rows_->bytes(column_++)}; }
    std::int64_t integer() { return rows_->integer(column_++); }
    std::optional<std::int64_t> optional_integer() {
        if (!rows_->null(column_)) return integer();
        ++column_;
        return {};
    }
    base::timestamp time() { return base::from_unix_ms(integer()); }
    std::optional<base::timestamp> optional_time() {
        if (!rows_->null(column_)) return time();
        ++column_;
        return {};
    }

private:
    std::unique_ptr<cursor> rows_;
    int column_ = 0;
};

}  // namespace tollgate::storage::sql
