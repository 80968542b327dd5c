#include "storage/sql/audit.hpp"

#include <limits>

namespace tollgate::storage::sql {

void add(session& db, const add_audit& what) {
    for (const audit_row& row : what.rows)
        db.run("INSERT INTO audit_records (" TOLLGATE_AUDIT_COLUMNS
               ") VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               row.id, row.team_id, row.recorded_at, row.kind, row.actor, row.server_id, row.tool,
               row.decision, row.rule, row.object_id, row.request_id, row.receipt_id, row.entry);
}

audit_row read_audit(query& row) {
    audit_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.recorded_at = row.time();
    out.position = row.optional_integer();
    out.kind = row.text();
    out.actor = row.text();
    out.server_id = row.text();
    out.tool = row.text();
    out.decision = row.text();
    out.rule = row.text();
    out.object_id = row.text();
    out.request_id = row.text();
    out.receipt_id = row.text();
    out.entry = row.text();
    return out;
}

std::vector<audit_row> list_audit(session& db, const std::string& team_id, const audit_search& what,
                                  const page& where) {
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    constexpr auto earliest = std::numeric_limits<std::int64_t>::min();
    const std::int64_t from = what.from ? base::to_unix_ms(*what.from) : earliest;
    const std::int64_t before = what.before ? base::to_unix_ms(*what.before) : latest;
    const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
    query rows{db,
               "SELECT " TOLLGATE_AUDIT_COLUMNS
               " FROM audit_records WHERE team_id = ? AND (? = '' OR kind = ?) AND (? = '' OR "
               "actor = ?) AND (? = '' OR server_id = ?) AND (? = '' OR tool = ?) AND (? = '' OR "
               "decision = ?) AND (? = '' OR rule = ?) AND (? = '' OR object_id = ?) AND (? = '' "
               "OR request_id = ?) AND (? = '' OR receipt_id = ?) AND recorded_at >= ? AND "
               "recorded_at < ? AND (recorded_at, id) < (?, ?) ORDER BY recorded_at DESC, id DESC "
               "LIMIT ?",
               team_id,
               what.kind,
               what.kind,
               what.actor,
               what.actor,
               what.server_id,
               what.server_id,
               what.tool,
               what.tool,
               what.decision,
               what.decision,
               what.rule,
               what.rule,
               what.object_id,
               what.object_id,
               what.request_id,
               what.request_id,
               what.receipt_id,
               what.receipt_id,
               from,
               before,
               older,
               where.before_id,
               static_cast<std::int64_t>(where.limit)};
    std::vector<audit_row> out;
    while (rows.next()) out.push_back(read_audit(rows));
    return out;
}

}  // namespace tollgate::storage::sql
