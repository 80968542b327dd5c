#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "base/worker.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/migrate.hpp"
#include "storage/sqlite/reads.hpp"
#include "storage/sqlite/writer.hpp"

namespace tollgate::storage {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using sqlite::database;

// A file that is locked as long as this object lives: two processes on one database would not see
// each other's revokes.
class process_lock {
public:
    static result<process_lock> take(const std::string& file) {
        process_lock lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        if (lock.descriptor_ < 0)
            return fail(errc::unavailable, "store_open_failed",
                        "cannot open " + file + ": " + std::strerror(errno));
        if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0)
            return fail(errc::unavailable, "store_locked",
                        "another process uses this database (" + file +
                            " is locked): stop it first, or give this one another file");
        return lock;
    }
    process_lock(process_lock&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    process_lock& operator=(process_lock&&) = delete;
    ~process_lock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

private:
    explicit process_lock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

// The connections of the reader threads; there are as many as threads, so lend never waits.
class reader_pool {
public:
    void add(database db) { idle_.push_back(std::move(db)); }
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

private:
    std::mutex mutex_;
    std::vector<database> idle_;
};

class sqlite_store final : public record_store {
public:
    sqlite_store(process_lock lock, database write_connection, const sqlite_options& options,
                 base::logger& log)
        : lock_(std::move(lock)),
          log_(log),
          writer_(std::move(write_connection), options.write_queue_limit, log),
          readers_(options.reader_threads, options.read_queue_limit) {
        for (std::size_t i = 0; i < options.reader_threads; ++i)
            connections_.add(database{options.file, sqlite::access::read_only});
    }

    awaitable<result<>> commit(std::vector<change> changes) override {
        auto start = [this](auto handler, std::vector<change> batch) {
            auto resume_on = boost::asio::get_associated_executor(handler);
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            auto finish = [shared, resume_on](result<> outcome) {
                boost::asio::dispatch(resume_on, [shared, done = std::move(outcome)]() mutable {
                    (*shared)(std::move(done));
                });
            };
            if (!writer_.submit(std::move(batch), finish)) finish(busy());
        };
        auto outcome = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                            void(result<>)>(
            std::move(start), boost::asio::use_awaitable, std::move(changes));
        co_return outcome;
    }

    awaitable<result<std::optional<std::string>>> find_setting(std::string name) override {
        return read<std::optional<std::string>>(
            [name = std::move(name)](database& db) { return sqlite::find_setting(db, name); });
    }
    awaitable<result<bool>> any_team() override {
        return read<bool>([](database& db) { return sqlite::any_team(db); });
    }
    awaitable<result<bool>> any_live_account() override {
        return read<bool>([](database& db) { return sqlite::any_live_account(db); });
    }
    awaitable<result<std::optional<team_row>>> find_team(std::string id) override {
        return read<std::optional<team_row>>(
            [id = std::move(id)](database& db) { return sqlite::find_team(db, id); });
    }
    awaitable<result<std::vector<team_row>>> list_teams(page where) override {
        return read<std::vector<team_row>>(
            [where = std::move(where)](database& db) { return sqlite::list_teams(db, where); });
    }
    awaitable<result<std::optional<api_key_row>>> find_api_key(std::string team,
                                                               std::string id) override {
        return read<std::optional<api_key_row>>(
            [team = std::move(team), id = std::move(id)](database& db) {
                return sqlite::find_api_key(db, team, id);
            });
    }
    awaitable<result<std::vector<api_key_row>>> list_api_keys(std::string team,
                                                              page where) override {
        return read<std::vector<api_key_row>>(
            [team = std::move(team), where = std::move(where)](database& db) {
                return sqlite::list_api_keys(db, team, where);
            });
    }
    awaitable<result<std::optional<api_key_row>>> find_api_key_by_token(
        std::vector<token_hash> candidates) override {
        return read<std::optional<api_key_row>>([candidates = std::move(candidates)](database& db) {
            return sqlite::find_api_key_by_token(db, candidates);
        });
    }
    awaitable<result<std::optional<account_row>>> find_account(std::string team,
                                                               std::string id) override {
        return read<std::optional<account_row>>(
            [team = std::move(team), id = std::move(id)](database& db) {
                return sqlite::find_account(db, team, id);
            });
    }
    awaitable<result<std::vector<account_row>>> list_accounts(std::string team,
                                                              page where) override {
        return read<std::vector<account_row>>(
            [team = std::move(team), where = std::move(where)](database& db) {
                return sqlite::list_accounts(db, team, where);
            });
    }
    awaitable<result<std::optional<server_row>>> find_server(std::string team, std::string account,
                                                             std::string id) override {
        return read<std::optional<server_row>>(
            [team = std::move(team), account = std::move(account), id = std::move(id)](
                database& db) { return sqlite::find_server(db, team, account, id); });
    }
    awaitable<result<std::vector<server_row>>> list_servers(std::string team, std::string account,
                                                            page where) override {
        return read<std::vector<server_row>>([team = std::move(team), account = std::move(account),
                                              where = std::move(where)](database& db) {
            return sqlite::list_servers(db, team, account, where);
        });
    }
    awaitable<result<std::vector<std::string>>> server_ids(std::string team,
                                                           std::string account) override {
        return read<std::vector<std::string>>(
            [team = std::move(team), account = std::move(account)](database& db) {
                return sqlite::server_ids(db, team, account);
            });
    }
    awaitable<result<std::optional<grant_row>>> find_grant(
        std::vector<token_hash> candidates) override {
        return read<std::optional<grant_row>>([candidates = std::move(candidates)](database& db) {
            return sqlite::find_grant(db, candidates);
        });
    }
    awaitable<result<std::optional<replay_row>>> find_replay(std::string team, std::string route,
                                                             std::string key) override {
        return read<std::optional<replay_row>>(
            [team = std::move(team), route = std::move(route), key = std::move(key)](database& db) {
                return sqlite::find_replay(db, team, route, key);
            });
    }

private:
    static base::failure busy() {
        return fail(errc::unavailable, "store_busy",
                    "too many requests wait for the record store; try again later");
    }

    // Runs `select` on a reader thread. A fault becomes errc::unavailable, its text goes to the
    // log.
    template <typename Value, typename Select>
    awaitable<result<Value>> read(Select select) {
        auto job = [this, select = std::move(select)]() -> result<Value> {
            database db = connections_.take();
            try {
                Value value = select(db);
                connections_.give_back(std::move(db));
                return value;
            } catch (const std::exception& fault) {
                log_.error("store_read_failed", {{"reason", fault.what()}});
                connections_.give_back(std::move(db));
            }
            return fail(errc::unavailable, "store_unavailable",
                        "the record store cannot be read now; try again later");
        };
        auto outcome = co_await base::run_on(readers_, std::move(job));
        if (!outcome) co_return busy();
        co_return std::move(*outcome);
    }

    process_lock lock_;
    base::logger& log_;
    sqlite::writer writer_;
    reader_pool connections_;
    base::worker readers_;
};

// The file must exist with the right mode before SQLite makes it with the process's umask.
result<> create_private(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(errc::unavailable, "store_open_failed",
                    "cannot open the database file " + file + ": " + std::strerror(errno));
    ::close(descriptor);
    return {};
}

}  // namespace

result<std::unique_ptr<record_store>> open_sqlite(const sqlite_options& options,
                                                  base::logger& log) {
    auto lock = process_lock::take(options.file + ".lock");
    if (!lock) return lock.error();
    auto created = create_private(options.file);
    if (!created) return created.error();
    try {
        database connection{options.file, sqlite::access::read_write};
        const auto migrations = sqlite::built_in_migrations();
        const base::system_clock clock;
        auto migrated = sqlite::migrate(connection, migrations, clock.now());
        if (!migrated) return migrated.error();
        if (options.size_bytes_max > 0)
            connection.script("PRAGMA max_page_count = " +
                              std::to_string(options.size_bytes_max / 4096));
        return std::unique_ptr<record_store>{
            std::make_unique<sqlite_store>(std::move(*lock), std::move(connection), options, log)};
    } catch (const sqlite::sqlite_error& fault) {
        return fail(errc::unavailable, "store_open_failed",
                    "the database file " + options.file + " cannot be used: " + fault.what());
    }
}

}  // namespace tollgate::storage
