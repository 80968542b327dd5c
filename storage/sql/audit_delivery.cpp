#include "storage/sql/audit_delivery.hpp"

#include <limits>

// A log and how far it has been sent; a log that has never been sent has no delivery row.
#define TOLLGATE_DELIVERY_COLUMNS                                                     \
    "l.team_id, l.size, l.checkpoint_size, COALESCE(d.position, 0), d.delivered_at, " \
    "COALESCE(d.attempted, 0), COALESCE(d.failures, 0), d.failed_at, d.retry_at, "    \
    "COALESCE(d.last_error, '') FROM audit_logs l LEFT JOIN audit_deliveries d ON "   \
    "d.destination = ? AND d.team_id = l.team_id "

// The row of a delivery that only its holder writes.
#define TOLLGATE_HELD_DELIVERY                                                           \
    " WHERE destination = ? AND team_id = ? AND position = ? AND EXISTS (SELECT 1 FROM " \
    "audit_destinations WHERE name = ? AND holder = ?)"

namespace tollgate::storage::sql {

namespace {

base::result<> delivery_moved() {
    return base::fail(base::errc::conflict, "delivery_moved",
                      "another instance sends to this destination, or its position was changed");
}

std::vector<audit_delivery_row> read_deliveries(query& rows) {
    std::vector<audit_delivery_row> out;
    while (rows.next()) {
        audit_delivery_row one;
        one.team_id = rows.text();
        one.size = rows.integer();
        one.checkpoint_size = rows.integer();
        one.position = rows.integer();
        one.delivered_at = rows.optional_time();
        one.attempted = rows.integer();
        one.failures = rows.integer();
        one.failed_at = rows.optional_time();
        one.retry_at = rows.optional_time();
        one.last_error = rows.text();
        out.push_back(std::move(one));
    }
    return out;
}

void add_missing(session& db, const std::string& destination, const std::string& team_id) {
    constexpr std::int64_t none = 0;
    constexpr std::string_view no_error;
    db.run(
        "INSERT INTO audit_deliveries (destination, team_id, position, attempted, failures, "
        "last_error) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (destination, team_id) DO NOTHING",
        destination, team_id, none, none, none, no_error);
}

}  // namespace

void hold(session& db, const hold_delivery& change) {
    const auto taken = db.run(
        "INSERT INTO audit_destinations (name, holder, held_until) VALUES (?, ?, ?) ON "
        "CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = "
        "excluded.held_until WHERE audit_destinations.holder = excluded.holder OR "
        "audit_destinations.held_until <= ? OR NOT EXISTS (SELECT 1 FROM instances i WHERE "
        "i.id = audit_destinations.holder)",
        change.destination, change.holder, change.until, change.now);
    *change.held = taken == 1;
}

void drop(session& db, const drop_delivery& change) {
    db.run("DELETE FROM audit_destinations WHERE name = ? AND holder = ?", change.destination,
           change.holder);
}

base::result<> advance(session& db, const advance_delivery& change) {
    add_missing(db, change.destination, change.team_id);
    const auto moved = db.run(
        "UPDATE audit_deliveries SET position = ?, delivered_at = COALESCE(?, delivered_at), "
        "attempted = ?, failures = 0, "
        "retry_at = NULL" TOLLGATE_HELD_DELIVERY,
        change.to, change.at, change.to, change.destination, change.team_id, change.from,
        change.destination, change.holder);
    if (moved != 1) return delivery_moved();
    return {};
}

base::result<> note_failure(session& db, const fail_delivery& change) {
    add_missing(db, change.destination, change.team_id);
    const auto noted = db.run(
        "UPDATE audit_deliveries SET attempted = ?, failures = failures + 1, failed_at = ?, "
        "retry_at = ?, last_error = ?" TOLLGATE_HELD_DELIVERY,
        change.to, change.at, change.retry_at, change.error, change.destination, change.team_id,
        change.from, change.destination, change.holder);
    if (noted != 1) return delivery_moved();
    return {};
}

base::result<> rewind(session& db, const rewind_delivery& change) {
    add_missing(db, change.destination, change.team_id);
    const auto moved = db.run(
        "UPDATE audit_deliveries SET position = ?, attempted = ?, failures = 0, retry_at = "
        "NULL WHERE destination = ? AND team_id = ? AND position >= ?",
        change.position, change.position, change.destination, change.team_id, change.position);
    if (moved == 1) return {};
    return base::fail(base::errc::conflict, "position_ahead",
                      "this position has not been sent yet: a replay begins at a position that "
                      "has been sent; GET /audit/forwarding shows it");
}

std::vector<audit_delivery_row> list_deliveries_due(session& db, const std::string& destination,
                                                    const audit_delivery_due& when) {
    constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
    const std::int64_t before =
        when.delivered_before ? base::to_unix_ms(*when.delivered_before) : latest;
    const auto limit = static_cast<std::int64_t>(when.limit);
    if (when.checkpoints) {
        query rows{db,
                   "SELECT " TOLLGATE_DELIVERY_COLUMNS
                   "WHERE l.checkpoint_size > COALESCE(d.position, 0) AND (d.retry_at IS NULL OR "
                   "d.retry_at <= ?) AND COALESCE(d.delivered_at, 0) <= ? ORDER BY "
                   "COALESCE(d.delivered_at, 0), l.team_id LIMIT ?",
                   destination,
                   when.now,
                   before,
                   limit};
        return read_deliveries(rows);
    }
    query rows{db,
               "SELECT " TOLLGATE_DELIVERY_COLUMNS
               "WHERE l.size > COALESCE(d.position, 0) AND (d.retry_at IS NULL OR d.retry_at <= ?) "
               "AND COALESCE(d.delivered_at, 0) <= ? ORDER BY COALESCE(d.delivered_at, 0), "
               "l.team_id LIMIT ?",
               destination,
               when.now,
               before,
               limit};
    return read_deliveries(rows);
}

std::vector<audit_delivery_row> list_deliveries(session& db, const std::string& destination,
                                                const std::string& team_id, std::size_t limit) {
    query rows{db,
               "SELECT " TOLLGATE_DELIVERY_COLUMNS
               "WHERE (? = '' OR l.team_id = ?) ORDER BY l.size - COALESCE(d.position, 0) DESC, "
               "l.team_id LIMIT ?",
               destination,
               team_id,
               team_id,
               static_cast<std::int64_t>(limit)};
    return read_deliveries(rows);
}

audit_delivery_sum sum_deliveries(session& db, const std::string& destination,
                                  const std::string& team_id) {
    audit_delivery_sum out;
    // Records removed by retention do not wait. The oldest waiting record is found by its order, so
    // that a missing record does not hide the others.
    query rows{db,
               "SELECT CAST(COALESCE(SUM(l.size - CASE WHEN l.kept_from > COALESCE(d.position, 0) "
               "THEN l.kept_from ELSE COALESCE(d.position, 0) END), 0) AS BIGINT), MIN((SELECT "
               "r.recorded_at FROM audit_records r WHERE r.team_id = l.team_id AND r.position >= "
               "COALESCE(d.position, 0) ORDER BY r.position LIMIT 1)) FROM audit_logs l LEFT JOIN "
               "audit_deliveries d ON d.destination = ? AND d.team_id = l.team_id WHERE l.size > "
               "COALESCE(d.position, 0) AND (? = '' OR l.team_id = ?)",
               destination, team_id, team_id};
    if (rows.next()) {
        out.records = rows.integer();
        out.oldest = rows.optional_time();
    }
    query newest{db,
                 "SELECT MAX(delivered_at) FROM audit_deliveries WHERE destination = ? AND (? = '' "
                 "OR team_id = ?)",
                 destination, team_id, team_id};
    if (newest.next()) out.delivered = newest.optional_time();
    return out;
}

}  // namespace tollgate::storage::sql
