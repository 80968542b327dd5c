#include "storage/transfer.hpp"

#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <ranges>
#include <unistd.h>
#include <utility>

#include "base/clock.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/transfer/endpoint.hpp"
#include "storage/transfer/tables.hpp"

namespace tollgate::storage {

namespace {

using base::errc;
using base::fail;
using base::result;
using transfer::company;
using transfer::endpoint;
using tables = std::vector<std::unique_ptr<const transfer::table>>;

// Turns faults into failures, for all functions of this file.
template <typename Work>
auto guarded(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

// The source of a copy must have all tables that this binary knows; rows would otherwise be lost.
result<> check_schema(sql::session& db) {
    const auto migrations = sql::built_in_migrations(db.sql_dialect());
    const auto state = sql::inspect(db, migrations);
    if (!state) return state.error();
    if (!state->missing.empty())
        return fail(errc::conflict, "schema_old",
                    "the database to be read has an older schema than this binary: run 'tollgate "
                    "db migrate' on it first");
    return {};
}

result<> make_room(sql::session& db, const tables& all, existing rule) {
    if (rule == existing::replace) {
        for (const auto& one : std::views::reverse(all)) db.execute(one->clear, {});
        return {};
    }
    for (const auto& one : all)
        if (transfer::has_rows(db, *one))
            return fail(errc::conflict, "target_not_empty",
                        "the database to be written has rows already (in " + one->name + ")");
    return {};
}

// Copies and compares within one transaction of the target. The caller has opened both databases.
result<std::vector<table_facts>> copy_all(endpoint& from, endpoint& to, const tables& all,
                                          existing rule, const copy_watcher& watch) {
    auto known = check_schema(from.db());
    if (!known) return known.error();
    from.begin_snapshot();
    to.db().begin();
    auto room = make_room(to.db(), all, rule);
    if (!room) {
        to.db().script("ROLLBACK");
        return room.error();
    }
    transfer::forget_log(to.db());
    std::vector<table_facts> out;
    for (const auto& one : all) {
        if (watch) watch(one->name, out.size(), all.size());
        table_facts read = transfer::copy_rows(from.db(), to.db(), *one);
        const table_facts written = transfer::read_facts(to.db(), *one);
        if (read.rows != written.rows || read.digest != written.digest) {
            to.db().script("ROLLBACK");
            return fail(errc::corrupt, "copy_differs",
                        "the rows of " + one->name +
                            " are not the same after the copy; the target is as it was");
        }
        out.push_back(std::move(read));
    }
    to.db().script("COMMIT");
    from.db().script("ROLLBACK");
    return out;
}

// A new database file that is removed unless keep_as() is called.
class draft {
public:
    explicit draft(std::string file) : file_(std::move(file)) { remove(); }
    ~draft() { remove(); }
    draft(const draft&) = delete;
    draft& operator=(const draft&) = delete;

    const std::string& file() const { return file_; }

    // Moves it to `target`, and makes that durable.
    result<> keep_as(const std::string& target) {
        std::error_code error;
        std::filesystem::rename(file_, target, error);
        if (error)
            return fail(errc::unavailable, "store_open_failed",
                        "cannot write " + target + ": " + error.message());
        const auto folder = std::filesystem::absolute(target).parent_path();
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor >= 0) {
            ::fsync(descriptor);
            ::close(descriptor);
        }
        return {};
    }

private:
    void remove() {
        std::error_code ignored;  // usually there is nothing to remove
        for (const char* end : {"", "-wal", "-shm", ".lock"})
            std::filesystem::remove(file_ + end, ignored);
    }
    std::string file_;
};

// A directory readable only by us; removed with its content.
class private_directory {
public:
    private_directory() {
        std::string path = (std::filesystem::temp_directory_path() / "tollgate-XXXXXX").string();
        if (::mkdtemp(path.data()) != nullptr) path_ = path;
    }
    ~private_directory() {
        std::error_code ignored;  // a leftover does not fail the operation
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    private_directory(const private_directory&) = delete;
    private_directory& operator=(const private_directory&) = delete;

    bool made() const { return !path_.empty(); }
    std::string file(const char* name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace

result<database_state> look_at(const database_place& place) {
    return guarded([&]() -> result<database_state> {
        const tables all = transfer::tables_of_schema();
        auto opened = endpoint::open(place, company::any);
        if (!opened) return opened.error();
        const auto migrations = sql::built_in_migrations(opened->db().sql_dialect());
        auto state = sql::inspect(opened->db(), migrations);
        if (!state) return state.error();
        database_state out;
        out.applied = state->applied;
        out.missing = std::move(state->missing);
        const auto used = transfer::in_use(place);
        if (!used) return used.error();
        out.in_use = *used;
        if (!out.missing.empty()) return out;
        for (const auto& one : all)
            out.tables.push_back({one->name, transfer::count_rows(opened->db(), *one), {}});
        return out;
    });
}

result<std::vector<std::string>> migrate_database(const database_place& place,
                                                  const copy_watcher& watch) {
    return guarded([&]() -> result<std::vector<std::string>> {
        std::vector<std::string> missing;
        const auto before = look_at(place);
        if (before) {
            missing = before->missing;
        } else if (before.error().code != "no_database") {
            return before.error();
        } else {
            for (const auto& step : sql::built_in_migrations(sql::dialect::sqlite))
                missing.push_back(step.name);
        }
        if (missing.empty()) return missing;
        auto done = endpoint::migrate(place, watch);
        if (!done) return done.error();
        return missing;
    });
}

result<std::vector<table_facts>> copy_database(const database_place& from, const database_place& to,
                                               const copy_watcher& watch) {
    return guarded([&]() -> result<std::vector<table_facts>> {
        if (from.kind == to.kind && from.where == to.where)
            return fail(errc::conflict, "same_database", "both databases are the same one");
        const tables all = transfer::tables_of_schema();
        auto source = endpoint::open(from, company::alone);
        if (!source) return source.error();
        auto target = endpoint::open_target(to);
        if (!target) return target.error();
        return copy_all(*source, *target, all, existing::keep, watch);
    });
}

result<std::vector<table_facts>> backup_database(const database_place& from,
                                                 const std::string& file, existing rule,
                                                 const copy_watcher& watch) {
    return guarded([&]() -> result<std::vector<table_facts>> {
        std::error_code unknown;  // the rename reports the error
        if (rule == existing::keep && std::filesystem::exists(file, unknown))
            return fail(errc::conflict, "file_exists",
                        "there is a file " + file + " already; choose another name, or --force");
        const tables all = transfer::tables_of_schema();
        auto source = endpoint::open(from, company::any);
        if (!source) return source.error();
        draft part{file + ".part"};
        auto facts = [&]() -> result<std::vector<table_facts>> {
            auto target = endpoint::open_target({database_place::type::sqlite, part.file()});
            if (!target) return target.error();
            auto copied = copy_all(*source, *target, all, existing::keep, watch);
            // Makes it a single file, without the two that accompany a database in use.
            if (copied) target->db().script("PRAGMA journal_mode = DELETE");
            return copied;
        }();
        if (!facts) return facts;
        auto kept = part.keep_as(file);
        if (!kept) return kept.error();
        return facts;
    });
}

result<std::vector<table_facts>> restore_database(const std::string& file, const database_place& to,
                                                  existing rule, const copy_watcher& watch) {
    return guarded([&]() -> result<std::vector<table_facts>> {
        std::error_code error;
        if (!std::filesystem::is_regular_file(file, error))
            return fail(errc::not_found, "no_database", "there is no file " + file);
        // A copy is migrated and read: the backup itself is not changed.
        const private_directory work;
        const std::string copy = work.file("backup.db");
        if (!work.made())
            return fail(
                errc::unavailable, "store_open_failed",
                "cannot make a directory in " + std::filesystem::temp_directory_path().string());
        std::filesystem::copy_file(file, copy, error);
        if (error)
            return fail(errc::unavailable, "store_open_failed",
                        "cannot read " + file + ": " + error.message());
        const tables all = transfer::tables_of_schema();
        auto source = endpoint::open_backup(copy);
        if (!source) return source.error();
        auto target = endpoint::open_target(to);
        if (!target) return target.error();
        return copy_all(*source, *target, all, rule, watch);
    });
}

}  // namespace tollgate::storage
