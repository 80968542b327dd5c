#include "storage/sql/audit_log.hpp"

#include <thread>

#include "base/crash_point.hpp"
#include "storage/sql/audit.hpp"
#include "storage/sql/clients.hpp"
#include "storage/sql/hourly_counts.hpp"

#define TOLLGATE_NEW_LOG_COLUMNS "team_id, size, root, checkpoint, checkpoint_size, signed_at"
#define TOLLGATE_LOG_COLUMNS TOLLGATE_NEW_LOG_COLUMNS ", kept_from, retention"

namespace tollgate::storage::sql {

namespace {

base::result<> changed_meanwhile() {
    return base::fail(base::errc::conflict, "audit_log_changed",
                      "the audit log has another size by now: read it again");
}

audit_log_row read_log_row(query& row) {
    audit_log_row out;
    out.team_id = row.text();
    out.size = row.integer();
    out.root = row.bytes();
    out.checkpoint = row.text();
    out.checkpoint_size = row.integer();
    out.signed_at = row.optional_time();
    out.kept_from = row.integer();
    out.retention = row.text();
    return out;
}

}  // namespace

base::result<> integrate(session& db, const integrate_audit& change) {
    constexpr std::size_t rows_at_once = 8;
    constexpr std::int64_t none = 0;
    constexpr std::string_view unsigned_yet = "";
    if (change.from_size == 0)
        db.run("INSERT INTO audit_logs (" TOLLGATE_NEW_LOG_COLUMNS
               ") VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT (team_id) DO NOTHING",
               change.team_id, none, blob{change.root}, unsigned_yet, none);
    // The head first: with many writers, others wait here until this transaction ends.
    const auto moved =
        db.run("UPDATE audit_logs SET size = ?, root = ? WHERE team_id = ? AND size = ?",
               change.size, blob{change.root}, change.team_id, change.from_size);
    if (moved != 1) return changed_meanwhile();
    std::int64_t position = change.from_size;
    for (const std::string& id : change.ids) {
        const auto placed = db.run(
            "UPDATE audit_records SET position = ? WHERE team_id = ? AND id = ? AND position IS "
            "NULL",
            position, change.team_id, id);
        if (placed != 1) return changed_meanwhile();
        ++position;
    }
    // On a machine with one core, requests need not wait until all of them are stored.
    for (std::size_t i = 0; i < change.added.count; ++i) {
        if (i % rows_at_once == 0) std::this_thread::yield();
        add(db, (*change.added.rows)[change.added.from + i], position++);
    }
    count(db, change);
    note(db, change.clients);
    base::crash_point("audit.inside_integrate");
    for (const audit_tile& tile : change.tiles)
        db.run(
            "INSERT INTO audit_tiles (team_id, level, number, hashes) VALUES (?, ?, ?, ?) ON "
            "CONFLICT (team_id, level, number) DO UPDATE SET hashes = excluded.hashes",
            change.team_id, tile.level, tile.number, blob{tile.hashes});
    return {};
}

base::result<> sign(session& db, const sign_audit& change) {
    const auto stored = db.run(
        "UPDATE audit_logs SET checkpoint = ?, checkpoint_size = ?, signed_at = ? WHERE team_id = "
        "? AND size >= ? AND checkpoint_size <= ?",
        change.checkpoint, change.size, change.at, change.team_id, change.size, change.size);
    if (stored != 1) return changed_meanwhile();
    base::crash_point("audit.inside_sign");
    return {};
}

std::vector<audit_waiting> count_waiting_audit(session& db) {
    query rows{db,
               "SELECT team_id, count(*), min(recorded_at) FROM audit_records WHERE position IS "
               "NULL GROUP BY team_id ORDER BY team_id"};
    std::vector<audit_waiting> out;
    while (rows.next()) {
        audit_waiting one;
        one.team_id = rows.text();
        one.records = rows.integer();
        one.oldest = rows.time();
        out.push_back(std::move(one));
    }
    return out;
}

namespace {

// For a database that sends all rows of an answer at once, which computes what fits. The sum counts
// characters, each of which has at least one byte.
constexpr std::string_view waiting_that_fit =
    "SELECT " TOLLGATE_ENTRY_COLUMNS " FROM (SELECT " TOLLGATE_ENTRY_COLUMNS
    ", sum(length(entry)) OVER (ORDER BY recorded_at, id) - length(entry) AS earlier "
    "FROM (SELECT " TOLLGATE_ENTRY_COLUMNS
    " FROM audit_records WHERE team_id = ? AND position IS NULL ORDER BY recorded_at, "
    "id LIMIT ?) AS oldest) AS summed WHERE earlier < ? ORDER BY recorded_at, id";

}  // namespace

std::vector<audit_entry> list_waiting_audit(session& db, const std::string& team_id,
                                            std::size_t limit, std::size_t bytes_max) {
    if (db.many_writers()) {
        query rows{db, waiting_that_fit, team_id, static_cast<std::int64_t>(limit),
                   static_cast<std::int64_t>(bytes_max)};
        return read_entries(rows);
    }
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS
               " FROM audit_records WHERE team_id = ? AND position IS NULL ORDER BY recorded_at, "
               "id LIMIT ?",
               team_id, static_cast<std::int64_t>(limit)};
    return read_entries(rows, bytes_max);
}

std::optional<audit_log_row> find_audit_log(session& db, const std::string& team_id) {
    query rows{db, "SELECT " TOLLGATE_LOG_COLUMNS " FROM audit_logs WHERE team_id = ?", team_id};
    if (!rows.next()) return {};
    return read_log_row(rows);
}

std::vector<audit_log_row> list_audit_logs(session& db) {
    query rows{db, "SELECT " TOLLGATE_LOG_COLUMNS " FROM audit_logs ORDER BY team_id"};
    std::vector<audit_log_row> out;
    while (rows.next()) out.push_back(read_log_row(rows));
    return out;
}

std::optional<std::string> find_audit_tile(session& db, const std::string& team_id,
                                           std::int64_t level, std::int64_t number) {
    query rows{db, "SELECT hashes FROM audit_tiles WHERE team_id = ? AND level = ? AND number = ?",
               team_id, level, number};
    if (!rows.next()) return {};
    return rows.bytes();
}

std::vector<audit_entry> list_audit_entries(session& db, const std::string& team_id,
                                            std::int64_t from, std::int64_t to) {
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS
               " FROM audit_records WHERE team_id = ? AND position >= ? AND position < ? ORDER BY "
               "position",
               team_id, from, to};
    return read_entries(rows);
}

// The last condition lets SQLite use the index of receipts, which has no rows without a receipt.
// The plus sign keeps SQLite from using another index, which has the right order but contains all
// records of the team.
std::vector<audit_entry> list_receipt_audit(session& db, const std::string& team_id,
                                            const std::string& receipt_id) {
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS
               " FROM audit_records WHERE team_id = ? AND receipt_id = ? AND receipt_id <> '' "
               "ORDER BY +recorded_at, id",
               team_id, receipt_id};
    return read_entries(rows);
}

}  // namespace tollgate::storage::sql
