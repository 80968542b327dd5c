#include "storage/sql/change_log.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "base/ids.hpp"

namespace tollgate::storage::sql {

namespace {

// In order of logged_kind; "unknown" is never written.
constexpr std::array<std::string_view, 11> kinds{
    "server_changed", "tokens_replaced", "token_ended",     "server_expired",
    "server_revoked", "account_changed", "account_removed", "account_state",
    "team_state",     "api_key_removed", "server_suspended"};

logged_kind kind_of(std::string_view word) {
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (kinds[i] == word) return static_cast<logged_kind>(i);
    return logged_kind::unknown;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out.append(out.empty() ? "" : " ").append(word);
    return out;
}

std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

void append(session& db, const log_change& change) {
    const std::string epoch = base::make_id("log");  // for a new log, if this entry is its first
    {
        query counted{db,
                      "INSERT INTO change_counter (id, epoch, seq, floor) VALUES (1, ?, 1, 0) "
                      "ON CONFLICT (id) DO UPDATE SET seq = change_counter.seq + 1 RETURNING seq",
                      epoch};
        counted.next();
        *change.seq = counted.integer();
        counted.next();
    }
    db.run("INSERT INTO change_log (seq, kind, subjects, origin, logged_at) VALUES (?, ?, ?, ?, ?)",
           *change.seq, kinds.at(static_cast<std::size_t>(change.kind)), joined(change.subjects),
           change.origin, change.at);
}

void open(session& db, const open_log& change) {
    db.run(
        "INSERT INTO change_counter (id, epoch, seq, floor) VALUES (1, ?, 0, 0) "
        "ON CONFLICT (id) DO NOTHING",
        change.epoch);
}

void renew(session& db, const renew_log& change) {
    db.run("UPDATE change_counter SET epoch = ? WHERE epoch = ?", change.epoch, change.old);
}

void trim(session& db, const trim_log& change) {
    db.run(
        "UPDATE change_counter SET floor = coalesce((SELECT max(seq) FROM change_log WHERE "
        "logged_at < ?), floor)",
        change.before);
    db.run("DELETE FROM change_log WHERE seq <= (SELECT floor FROM change_counter)");
}

void put(session& db, const put_instance& change) {
    db.run(
        "INSERT INTO instances (id, seen, beats, started_at) VALUES (?, ?, 1, ?) "
        "ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, beats = instances.beats + 1",
        change.row.id, change.row.seen, change.row.started_at);
}

void remove(session& db, const remove_instance& change) {
    if (!change.beats)
        db.run("DELETE FROM instances WHERE id = ?", change.id);
    else if (db.run("DELETE FROM instances WHERE id = ? AND beats = ?", change.id, *change.beats) ==
             0)
        return;
    db.run("DELETE FROM settings WHERE name = ?", newest_key_setting(change.id));
}

log_page read_log(session& db, std::int64_t after, std::size_t limit) {
    log_page out;
    {
        query counter{db, "SELECT epoch, floor, seq FROM change_counter"};
        if (!counter.next()) return out;
        out.epoch = counter.text();
        out.floor = counter.integer();
        out.last = counter.integer();
    }
    if (out.last <= after) return out;
    query rows{db,
               "SELECT seq, kind, subjects, origin FROM change_log WHERE seq > ? AND seq <= ? "
               "ORDER BY seq LIMIT ?",
               after, out.last, static_cast<std::int64_t>(limit)};
    while (rows.next()) {
        logged_change& entry = out.entries.emplace_back();
        entry.seq = rows.integer();
        entry.kind = kind_of(rows.text());
        entry.subjects = parted(rows.text());
        entry.origin = rows.text();
    }
    return out;
}

std::vector<instance_row> list_instances(session& db) {
    query rows{db, "SELECT id, seen, beats, started_at FROM instances ORDER BY id"};
    std::vector<instance_row> out;
    while (rows.next()) {
        instance_row& row = out.emplace_back();
        row.id = rows.text();
        row.seen = rows.integer();
        row.beats = rows.integer();
        row.started_at = rows.time();
    }
    return out;
}

std::optional<base::timestamp> database_time(session& db) {
    if (!db.many_writers()) return {};
    query rows{db, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"};
    if (!rows.next()) return {};
    return rows.time();
}

}  // namespace tollgate::storage::sql
