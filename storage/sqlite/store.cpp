#include "storage/sql/store.hpp"

#include <mutex>
#include <utility>

#include "storage/sql/migrate.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/process_lock.hpp"
#include "storage/sqlite/reserve_file.hpp"
#include "storage/sqlite/writer.hpp"

namespace tollgate::storage {

namespace {

using base::errc;
using base::fail;
using base::result;
using sqlite::database;

// The most memory for pages of the writer's connection. With SQLite's default of 2 MB, an import
// into larger tables reads and writes the same index pages again and again.
constexpr int writer_cache_kib = 65'536;

// The connections of the reader threads; one for each thread, so that a loan never waits.
class reader_pool {
public:
    void add(database db) { idle_.push_back(std::move(db)); }

    // A connection for as long as this object lives.
    class loan {
    public:
        explicit loan(reader_pool& from) : from_(from), db_(from.take()) {}
        ~loan() { from_.give_back(std::move(db_)); }
        loan(const loan&) = delete;
        loan& operator=(const loan&) = delete;
        database& get() { return db_; }

    private:
        reader_pool& from_;
        database db_;
    };

private:
    database take() {
        const std::lock_guard lock{mutex_};
        database db = std::move(idle_.back());
        idle_.pop_back();
        return db;
    }
    void give_back(database db) {
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(db));
    }

    std::mutex mutex_;
    std::vector<database> idle_;
};

class sqlite_backend final : public sql::backend {
public:
    sqlite_backend(sqlite::process_lock lock, database write_connection,
                   const sqlite_options& options, base::logger& log)
        : lock_(std::move(lock)),
          reserve_(options.file + "-reserve", options.reserve_bytes, log),
          writer_(std::move(write_connection), options.write_queue_limit, reserve_, log) {
        for (std::size_t i = 0; i < options.reader_threads; ++i)
            connections_.add(database{options.file, sqlite::access::read_only});
    }

    void read(const std::function<void(sql::session&)>& use) override {
        reader_pool::loan connection{connections_};
        use(connection.get());
    }

    bool write(std::vector<change> changes, std::function<void(result<>)> finish) override {
        return writer_.submit(std::move(changes), std::move(finish));
    }

    std::optional<std::uint64_t> reserve_bytes() const override {
        if (!reserve_.is_configured()) return {};
        return reserve_.held();
    }

private:
    sqlite::process_lock lock_;
    reader_pool connections_;
    sqlite::reserve_file reserve_;
    sqlite::writer writer_;
};

}  // namespace

result<std::unique_ptr<record_store>> open_sqlite(const sqlite_options& options,
                                                  base::logger& log) {
    auto lock = sqlite::process_lock::take(options.file);
    if (!lock) return lock.error();
    auto created = sqlite::create_private(options.file);
    if (!created) return created.error();
    try {
        database connection{options.file, sqlite::access::read_write};
        connection.script("PRAGMA cache_size = -" + std::to_string(writer_cache_kib));
        const auto migrations = sql::built_in_migrations(sql::dialect::sqlite);
        const base::system_clock clock;
        auto migrated = sql::migrate(connection, migrations, clock.now());
        if (!migrated) return migrated.error();
        if (options.size_bytes_max > 0)
            connection.script("PRAGMA max_page_count = " +
                              std::to_string(options.size_bytes_max / 4096));
        auto backend =
            std::make_unique<sqlite_backend>(std::move(*lock), std::move(connection), options, log);
        return sql::make_store(std::move(backend),
                               {options.reader_threads, options.read_queue_limit}, log);
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "store_open_failed",
                    "the database file " + options.file + " cannot be used: " + fault.what());
    }
}

}  // namespace tollgate::storage
