#include "storage/sqlite/database.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <limits>

namespace tollgate::storage::sqlite {

namespace {

using sql::blob;
using sql::fault_kind;
using sql::sql_error;

constexpr int busy_timeout_ms = 5000;

bool is_lack_of_room(int error) {
    return error == ENOSPC || error == EDQUOT;
}

// True if the last failed system call failed for lack of room. SQLite reports a full disk as
// SQLITE_FULL, but an exhausted quota as an I/O error, and keeps the errno with the file: after a
// failed commit, sqlite3_system_errno() is 0.
bool lacked_room(sqlite3* handle) {
    int error = sqlite3_system_errno(handle);
    if (is_lack_of_room(error)) return true;
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK &&
        is_lack_of_room(error))
        return true;
    sqlite3_file* log = nullptr;  // the write-ahead log
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                             static_cast<void*>(&log)) != SQLITE_OK ||
        log == nullptr || log->pMethods == nullptr)
        return false;
    return log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK &&
           is_lack_of_room(error);
}

[[noreturn]] void raise(sqlite3* handle, const char* doing) {
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
    fault_kind kind = fault_kind::other;
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        kind = fault_kind::unique;
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY) kind = fault_kind::foreign_key;
    constexpr int primary = 0xff;  // the bits of an extended error code that hold the primary code
    const bool no_room =
        (code & primary) == SQLITE_IOERR && handle != nullptr && lacked_room(handle);
    if (no_room || (code & primary) == SQLITE_FULL) kind = fault_kind::full;
    std::string what{doing};
    what += ": ";
    what += handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    if ((code & primary) == SQLITE_NOTADB)
        what +=
            ". It is not a SQLite database, or is damaged at its beginning: name another file, or "
            "move "
            "it away and put back a backup with 'tollgate restore'";
    if ((code & primary) == SQLITE_CORRUPT)
        what +=
            ". The database file is damaged: stop the gateway, keep a copy of the file, put back a "
            "backup with 'tollgate restore --force', and look at the disk";
    throw sql_error(kind, what);
}

int length_of(std::string_view value) {
    if (value.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw sql_error(fault_kind::other, "a value is longer than 2 GiB");
    return static_cast<int>(value.size());
}

// SQLite binds a null pointer as NULL; an empty value is not NULL.
const char* data_of(std::string_view value) {
    return value.data() == nullptr ? "" : value.data();
}

void bind(sqlite3* handle, sqlite3_stmt* statement, int at, const sql::value& what) {
    int code = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&what))
        code = sqlite3_bind_int64(statement, at, *number);
    else if (const auto* text = std::get_if<std::string_view>(&what))
        code = sqlite3_bind_text(statement, at, data_of(*text), length_of(*text), SQLITE_STATIC);
    else if (const auto* bytes = std::get_if<blob>(&what))
        code = sqlite3_bind_blob(statement, at, data_of(bytes->bytes), length_of(bytes->bytes),
                                 SQLITE_STATIC);
    else
        code = sqlite3_bind_null(statement, at);
    if (code != SQLITE_OK) raise(handle, "cannot bind a value");
}

// Bound at construction, stepped by next(), reset on destruction.
class statement_cursor final : public sql::cursor {
public:
    statement_cursor(sqlite3* handle, sqlite3_stmt* statement, std::span<const sql::value> values)
        : handle_(handle), statement_(statement) {
        int at = 0;
        for (const sql::value& one : values) bind(handle, statement, ++at, one);
    }
    ~statement_cursor() override {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    statement_cursor(const statement_cursor&) = delete;
    statement_cursor& operator=(const statement_cursor&) = delete;

    bool next() override {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) raise(handle_, "a statement failed");
        return false;
    }
    bool null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    std::string_view bytes(int column) const override {
        const void* data = sqlite3_column_blob(statement_, column);
        const int size = sqlite3_column_bytes(statement_, column);
        if (data == nullptr) return {};
        return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
    }

private:
    sqlite3* handle_;
    sqlite3_stmt* statement_;
};

// Without its count of the memory in use, which is not needed here, SQLite takes no lock to
// allocate.
void count_no_memory() {
    [[maybe_unused]] static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

void database::close_database::operator()(sqlite3* handle) const noexcept {
    sqlite3_close_v2(handle);
}

void database::finalize_statement::operator()(sqlite3_stmt* handle) const noexcept {
    sqlite3_finalize(handle);
}

database::database(const std::string& file, access mode) {
    count_no_memory();
    int flags = SQLITE_OPEN_NOMUTEX;
    if (mode == access::read_write) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (mode == access::existing) flags |= SQLITE_OPEN_READWRITE;
    if (mode == access::read_only) flags |= SQLITE_OPEN_READONLY;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) raise(handle, "cannot open the database");
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    // If a bug lets text into the SQL, that text must not reach the schema or the file system.
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

void database::allow(std::chrono::milliseconds statement_timeout) {
    constexpr int instructions_between_looks = 10'000;
    timeout_ = statement_timeout;
    sqlite3_progress_handler(
        handle_.get(), instructions_between_looks,
        [](void* self) {
            return std::chrono::steady_clock::now() > static_cast<database*>(self)->until_ ? 1 : 0;
        },
        this);
    until_ = std::chrono::steady_clock::now() + timeout_;
}

void database::watch_log() {
    sqlite3_wal_hook(
        handle_.get(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<database*>(self)->pages_in_log_ = pages;
            return SQLITE_OK;
        },
        this);
}

void database::checkpoint() {
    (void)sqlite3_wal_checkpoint_v2(handle_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                    nullptr);
}

std::string database::declared_type(const std::string& sql) const {
    sqlite3_stmt* handle = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_.get(), sql.data(), length_of(sql), 0, &handle, nullptr);
    const statement owned{handle};
    if (code != SQLITE_OK) raise(handle_.get(), "cannot prepare a statement");
    const char* const type = sqlite3_column_decltype(handle, 0);
    return type == nullptr ? "" : type;
}

std::unique_ptr<sql::cursor> database::open(std::string_view sql,
                                            std::span<const sql::value> values) {
    until_ = std::chrono::steady_clock::now() + timeout_;
    return std::make_unique<statement_cursor>(handle_.get(), prepare(sql), values);
}

std::int64_t database::execute(std::string_view sql, std::span<const sql::value> values) {
    until_ = std::chrono::steady_clock::now() + timeout_;
    statement_cursor rows{handle_.get(), prepare(sql), values};
    while (rows.next()) {
    }
    return sqlite3_changes64(handle_.get());
}

void database::begin() {
    execute("BEGIN IMMEDIATE", {});
}

}  // namespace tollgate::storage::sqlite
