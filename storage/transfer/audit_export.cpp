#include "storage/audit_export.hpp"

#include <algorithm>
#include <utility>

#include "storage/sql/audit.hpp"
#include "storage/sql/audit_log.hpp"
#include "storage/sql/reads.hpp"
#include "storage/transfer/endpoint.hpp"

namespace tollgate::storage {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::int64_t bundle = 256;
constexpr std::int64_t height = 8;

result<> stopped() {
    return fail(errc::unavailable, "export_stopped", "the export could not be written");
}

base::failure lacking(std::int64_t from, std::int64_t to) {
    return fail(errc::corrupt, "audit_log_damaged",
                "the database lacks records between " + std::to_string(from) + " and " +
                    std::to_string(to) + " of the audit log");
}

result<audit_log_row> find_log(sql::session& db, const std::string& team_id) {
    const auto logs = sql::list_audit_logs(db);
    if (team_id.empty() && logs.size() == 1) return logs.front();
    std::string teams;
    for (const auto& log : logs) {
        if (log.team_id == team_id) return log;
        teams += (teams.empty() ? "" : ", ") + log.team_id;
    }
    return fail(errc::not_found, "no_audit_log",
                teams.empty() ? "this database has no audit log yet"
                              : "name the team whose log is meant (--team): " + teams);
}

result<> read_tiles(sql::session& db, const audit_log_row& log, const audit_receiver& to) {
    for (std::int64_t level = 0, hashes = log.checkpoint_size; hashes > 0;
         ++level, hashes >>= height) {
        for (std::int64_t number = 0; number * bundle < hashes; ++number) {
            const auto tile = sql::find_audit_tile(db, log.team_id, level, number);
            if (!tile)
                return fail(errc::corrupt, "audit_log_damaged",
                            "the database lacks tile " + std::to_string(number) + " of level " +
                                std::to_string(level) + " of the audit log");
            if (!to.tile(level, number, *tile)) return stopped();
        }
    }
    return {};
}

result<> read_entries(sql::session& db, const audit_log_row& log, const audit_receiver& to) {
    for (std::int64_t from = log.kept_from; from < log.checkpoint_size; from += bundle) {
        const std::int64_t end = std::min(from + bundle, log.checkpoint_size);
        std::vector<std::string> entries;
        for (auto& one : sql::list_audit_entries(db, log.team_id, from, end))
            entries.push_back(std::move(one.entry));
        if (static_cast<std::int64_t>(entries.size()) != end - from) return lacking(from, end);
        if (!to.entries(from, entries)) return stopped();
    }
    return {};
}

result<> read_all(transfer::endpoint& from, const std::string& team_id,
                  const std::vector<std::string>& settings, const audit_receiver& to) {
    from.begin_snapshot();
    sql::session& db = from.db();
    const auto log = find_log(db, team_id);
    if (!log) return log.error();
    if (!to.head(*log)) return stopped();
    for (const auto& name : settings)
        if (const auto value = sql::find_setting(db, name))
            if (!to.setting(name, *value)) return stopped();
    auto done = read_tiles(db, *log, to);
    if (done) done = read_entries(db, *log, to);
    return done;
}

// Calls `take` with each of the entries; false if it stopped.
bool give(const std::vector<audit_entry>& entries,
          const std::function<bool(const std::string&)>& take) {
    return std::all_of(entries.begin(), entries.end(),
                       [&take](const audit_entry& one) { return take(one.entry); });
}

result<std::int64_t> read_records(transfer::endpoint& from, const std::string& team_id,
                                  const std::function<bool(const std::string&)>& take) {
    from.begin_snapshot();
    sql::session& db = from.db();
    const auto log = find_log(db, team_id);
    if (!log) return log.error();
    std::int64_t count = 0;
    for (std::int64_t at = log->kept_from; at < log->size; at += bundle) {
        const std::int64_t end = std::min(at + bundle, log->size);
        const auto entries = sql::list_audit_entries(db, log->team_id, at, end);
        if (static_cast<std::int64_t>(entries.size()) != end - at) return lacking(at, end);
        if (!give(entries, take)) return stopped().error();
        count += end - at;
    }
    base::timestamp after = base::timestamp::min();
    std::string after_id;
    for (;;) {
        const auto entries =
            sql::list_audit_not_in_log(db, log->team_id, {}, after, after_id, bundle);
        if (entries.empty()) return count;
        if (!give(entries, take)) return stopped().error();
        count += static_cast<std::int64_t>(entries.size());
        after = entries.back().recorded_at;
        after_id = entries.back().id;
    }
}

}  // namespace

result<std::int64_t> read_audit_records(const database_place& place, const std::string& team_id,
                                        const std::function<bool(const std::string&)>& take) {
    try {
        auto opened = transfer::endpoint::open(place, transfer::company::any);
        if (!opened) return opened.error();
        return read_records(*opened, team_id, take);
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

result<> read_audit_log(const database_place& place, const std::string& team_id,
                        const std::vector<std::string>& settings, const audit_receiver& to) {
    try {
        auto opened = transfer::endpoint::open(place, transfer::company::any);
        if (!opened) return opened.error();
        return read_all(*opened, team_id, settings, to);
    } catch (const sql::sql_error& fault) {
        return fail(errc::unavailable, "database_failed",
                    std::string{"the database failed: "} + fault.what());
    }
}

}  // namespace tollgate::storage
