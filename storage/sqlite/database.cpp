#include "storage/sqlite/database.hpp"

#include <sqlite3.h>

#include <limits>

namespace tollgate::storage::sqlite {

namespace {

constexpr int busy_timeout_ms = 5000;

[[noreturn]] void raise(sqlite3* handle, const char* doing) {
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
    sqlite_fault fault = sqlite_fault::other;
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        fault = sqlite_fault::unique;
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY) fault = sqlite_fault::foreign_key;
    std::string what{doing};
    what += ": ";
    what += handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    throw sqlite_error(fault, what);
}

int length_of(std::string_view value) {
    if (value.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw sqlite_error(sqlite_fault::other, "a value is longer than 2 GiB");
    return static_cast<int>(value.size());
}

// SQLite binds a null pointer as NULL; an empty value is not NULL.
const char* data_of(std::string_view value) {
    return value.data() == nullptr ? "" : value.data();
}

}  // namespace

void database::close_database::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}

void database::finalize_statement::operator()(sqlite3_stmt* handle) const noexcept {
    sqlite3_finalize(handle);
}

database::database(const std::string& file, access mode) {
    const int flags = SQLITE_OPEN_NOMUTEX |
                      (mode == access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                  : SQLITE_OPEN_READONLY);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) raise(handle, "cannot open the database");
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    // Text that a bug lets into SQL must not reach the schema or the file system.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (mode == access::read_write) script("PRAGMA journal_mode = WAL");
    script(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
        "PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864;");
    if (mode == access::read_only) script("PRAGMA query_only = ON");
}

database::~database() = default;
database::database(database&&) noexcept = default;

void database::script(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        raise(handle_.get(), "cannot run a script");
}

bool database::idle() const {
    return sqlite3_get_autocommit(handle_.get()) != 0;
}

std::int64_t database::changed() const {
    return sqlite3_changes64(handle_.get());
}

sqlite3_stmt* database::prepare(std::string_view sql) {
    const auto known = prepared_.find(sql.data());
    if (known != prepared_.end()) return known->second.get();
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), length_of(sql), SQLITE_PREPARE_PERSISTENT,
                           &handle, nullptr) != SQLITE_OK)
        raise(handle_.get(), "cannot prepare a statement");
    prepared_.emplace(sql.data(), statement{handle});
    return handle;
}

query::~query() {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
}

bool query::next() {
    column_ = 0;
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) raise(db_.handle_.get(), "a statement failed");
    return false;
}

std::string query::text() {
    return bytes();
}

std::string query::bytes() {
    const void* data = sqlite3_column_blob(handle_, column_);
    const int size = sqlite3_column_bytes(handle_, column_);
    ++column_;
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::int64_t query::integer() {
    return sqlite3_column_int64(handle_, column_++);
}

base::timestamp query::time() {
    return base::from_unix_ms(integer());
}

std::optional<base::timestamp> query::optional_time() {
    if (sqlite3_column_type(handle_, column_) == SQLITE_NULL) {
        ++column_;
        return {};
    }
    return time();
}

void query::bind(std::string_view value) {
    if (sqlite3_bind_text(handle_, ++bound_, data_of(value), length_of(value), SQLITE_STATIC) !=
        SQLITE_OK)
        raise(db_.handle_.get(), "cannot bind a text");
}

void query::bind(blob value) {
    if (sqlite3_bind_blob(handle_, ++bound_, data_of(value.bytes), length_of(value.bytes),
                          SQLITE_STATIC) != SQLITE_OK)
        raise(db_.handle_.get(), "cannot bind bytes");
}

void query::bind(std::int64_t value) {
    if (sqlite3_bind_int64(handle_, ++bound_, value) != SQLITE_OK)
        raise(db_.handle_.get(), "cannot bind an integer");
}

void query::bind(const std::optional<base::timestamp>& value) {
    if (value) {
        bind(*value);
        return;
    }
    if (sqlite3_bind_null(handle_, ++bound_) != SQLITE_OK)
        raise(db_.handle_.get(), "cannot bind NULL");
}

}  // namespace tollgate::storage::sqlite
