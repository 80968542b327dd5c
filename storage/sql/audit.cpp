#include "storage/sql/audit.hpp"

#include <initializer_list>
#include <limits>
#include <optional>
#include <vector>

// The conditions of a search up to its times; values_of() has their values.
#define TOLLGATE_AUDIT_MATCHES                                                                    \
    "team_id = ? AND (? = '' OR kind = ?) AND (? = '' OR actor = ?) AND (? = '' OR server_id = "  \
    "?) AND (? = '' OR tool = ?) AND (? = '' OR decision = ?) AND (? = '' OR rule = ?) AND (? = " \
    "'' OR object_id = ?) AND (? = '' OR request_id = ?) AND (? = '' OR receipt_id = ?) AND "

namespace tollgate::storage::sql {

namespace {

void add_rows(session& db, const std::vector<audit_row>& rows) {
    for (const audit_row& row : rows)
        db.run("INSERT INTO audit_records (" TOLLGATE_AUDIT_COLUMNS
               ") VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               row.id, row.team_id, row.recorded_at, row.kind, row.actor, row.server_id, row.tool,
               row.decision, row.rule, row.object_id, row.request_id, row.receipt_id, row.entry);
}

}  // namespace

void add(session& db, const add_audit& what) {
    add_rows(db, what.rows);
    if (what.kept != nullptr) add_rows(db, *what.kept);
}

std::vector<audit_entry> read_entries(query& rows) {
    std::vector<audit_entry> out;
    while (rows.next()) {
        audit_entry one;
        one.id = rows.text();
        one.recorded_at = rows.time();
        one.position = rows.optional_integer();
        one.entry = rows.text();
        out.push_back(std::move(one));
    }
    return out;
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

namespace {

constexpr auto time_latest = std::numeric_limits<std::int64_t>::max();
constexpr auto time_earliest = std::numeric_limits<std::int64_t>::min();

std::int64_t ms_or_limit(const std::optional<base::timestamp>& at, std::int64_t otherwise) {
    return at ? base::to_unix_ms(*at) : otherwise;
}

// The values of TOLLGATE_AUDIT_MATCHES, followed by further ones.
std::vector<value> values_of(const std::string& team_id, const audit_search& what,
                             std::initializer_list<value> more) {
    std::vector<value> out{to_value(team_id)};
    for (const std::string* one :
         {&what.kind, &what.actor, &what.server_id, &what.tool, &what.decision, &what.rule,
          &what.object_id, &what.request_id, &what.receipt_id}) {
        out.push_back(to_value(*one));
        out.push_back(to_value(*one));
    }
    out.push_back(ms_or_limit(what.from, time_earliest));
    out.push_back(ms_or_limit(what.before, time_latest));
    out.insert(out.end(), more);
    return out;
}

}  // namespace

std::vector<audit_row> list_audit(session& db, const std::string& team_id, const audit_search& what,
                                  const page& where) {
    const auto values =
        values_of(team_id, what,
                  {ms_or_limit(where.before, time_latest), to_value(where.before_id),
                   static_cast<std::int64_t>(where.limit)});
    query rows{db,
               "SELECT " TOLLGATE_AUDIT_COLUMNS " FROM audit_records WHERE " TOLLGATE_AUDIT_MATCHES
               "recorded_at >= ? AND recorded_at < ? AND (recorded_at, id) < (?, ?) ORDER BY "
               "recorded_at DESC, id DESC LIMIT ?",
               std::span<const value>{values}};
    std::vector<audit_row> out;
    while (rows.next()) out.push_back(read_audit(rows));
    return out;
}

// Here and below, the plus signs keep SQLite from using the index of times, which contains all
// records of the team.
std::vector<audit_entry> list_audit_in_log(session& db, const std::string& team_id,
                                           const audit_search& what, std::int64_t from,
                                           std::int64_t to, std::size_t limit) {
    const auto values = values_of(team_id, what, {from, to, static_cast<std::int64_t>(limit)});
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS " FROM audit_records WHERE " TOLLGATE_AUDIT_MATCHES
               "+recorded_at >= ? AND +recorded_at < ? AND position >= ? AND position < ? ORDER BY "
               "position LIMIT ?",
               std::span<const value>{values}};
    return read_entries(rows);
}

std::vector<audit_entry> list_audit_not_in_log(session& db, const std::string& team_id,
                                               const audit_search& what, base::timestamp after,
                                               const std::string& after_id, std::size_t limit) {
    const auto values =
        values_of(team_id, what,
                  {base::to_unix_ms(after), to_value(after_id), static_cast<std::int64_t>(limit)});
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS " FROM audit_records WHERE " TOLLGATE_AUDIT_MATCHES
               "+recorded_at >= ? AND +recorded_at < ? AND position IS NULL AND (+recorded_at, id) "
               "> (?, ?) ORDER BY recorded_at, id LIMIT ?",
               std::span<const value>{values}};
    return read_entries(rows);
}

}  // namespace tollgate::storage::sql
