// What the shared SQL needs of a database connection. SQL is written once, in the words that SQLite
// and PostgreSQL both know, with '?' for a bound value. Not thread-safe: a session stays on the
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
    unique,       // a row with this key is there
    foreign_key,  // what the row belongs to is not there
    not_text,     // a text the database cannot hold (a NUL, or bytes that are not UTF-8)
    collision,    // other writers were in the way: the same transaction may succeed when run again
    lost,         // the connection is gone, or its database is not to be used now
    silent,       // the database gave no answer in time
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

// The rows of a statement that runs. Columns count from 0. Throws sql_error.
class cursor {
public:
    virtual ~cursor() = default;
    // Moves to the next row; false behind the last.
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

    // Starts a statement. `sql` is a literal: prepared once and kept by its address. `values` are
    // borrowed until the cursor goes; one cursor of a literal lives at a time.
    virtual std::unique_ptr<cursor> open(std::string_view sql, std::span<const value> values) = 0;

    // Runs one statement to its end; how many rows it changed. `sql` as above.
    virtual std::int64_t execute(std::string_view sql, std::span<const value> values) = 0;

    // Begins a transaction for writing; then script("COMMIT") or script("ROLLBACK") ends it.
    virtual void begin() = 0;

    // True while no transaction is open (some errors roll back by themselves).
    virtual bool idle() const = 0;

    virtual dialect speaks() const = 0;

    // True when other sessions may write while this one's transaction is open: then a rule that
    // counts rows first locks the row they belong to.
    bool many_writers() const { return speaks() == dialect::postgresql; }

    // Runs one statement with its values bound in order; how many rows it changed.
    template <typename... Values>
    std::int64_t run(std::string_view sql, const Values&... values);
};

inline value to_value(std::string_view text) {
    return text;
}
inline value to_value(const std::string& text) {
    return std::string_view{text};
}
value to_value(const char*) = delete;  // would become a bool
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

template <typename... Values>
std::int64_t session::run(std::string_view sql, const Values&... values) {
    const std::array<value, sizeof...(Values)> bound{to_value(values)...};
    return execute(sql, bound);
}

// A query that runs: the columns of a row are taken in order of its SELECT list.
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

    // Moves to the next row; false behind the last. Throws sql_error.
    bool next() {
        column_ = 0;
        return rows_->next();
    }

    std::string text() { return bytes(); }
    std::string bytes() { return std::string{rows_->bytes(column_++)}; }
    std::int64_t integer() { return rows_->integer(column_++); }
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
