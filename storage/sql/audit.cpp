#include "storage/sql/audit.hpp"

#include <initializer_list>
#include <limits>
#include <optional>
#include <vector>

// The conditions of a search before its times; values_of() has their values. They are one term: of
// nine, SQLite would expect so few rows that it reads all of a range and sorts them.
#define TOLLGATE_AUDIT_MATCHES                                                                     \
    "team_id = ? AND ((? = '' OR kind = ?) AND (? = '' OR actor = ?) AND (? = '' OR server_id = "  \
    "?) AND (? = '' OR tool = ?) AND (? = '' OR decision = ?) AND (? = '' OR rule = ?) AND (? = "  \
    "'' OR object_id = ?) AND (? = '' OR request_id = ?) AND (? = '' OR receipt_id = ?)) IS TRUE " \
    "AND "

namespace tollgate::storage::sql {

void add(session& db, const audit_row& row, std::optional<std::int64_t> position) {
    db.run("INSERT INTO audit_records (" TOLLGATE_AUDIT_COLUMNS
           ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           row.id, row.team_id, row.recorded_at, position, row.kind, row.actor, row.server_id,
           row.tool, row.decision, row.rule, row.object_id, row.request_id, row.receipt_id,
           row.entry);
}

void add(session& db, const add_audit& change) {
    for (const audit_row& row : change.rows) add(db, row, {});
    if (change.kept == nullptr) return;
    for (const audit_row& row : *change.kept) add(db, row, {});
}

std::vector<audit_entry> read_entries(query& rows, std::size_t bytes_max) {
    std::vector<audit_entry> out;
    std::size_t read = 0;
    while (read < bytes_max && rows.next()) {
        audit_entry one;
        one.id = rows.text();
        one.recorded_at = rows.time();
        one.position = rows.optional_integer();
        one.entry = rows.text();
        read += one.entry.size();
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
std::vector<value> values_of(const std::string& team_id, const audit_search& search,
                             std::initializer_list<value> more) {
    std::vector<value> out{to_value(team_id)};
    for (const std::string* one :
         {&search.kind, &search.actor, &search.server_id, &search.tool, &search.decision,
          &search.rule, &search.object_id, &search.request_id, &search.receipt_id}) {
        out.push_back(to_value(*one));
        out.push_back(to_value(*one));
    }
    out.push_back(ms_or_limit(search.from, time_earliest));
    out.push_back(ms_or_limit(search.before, time_latest));
    out.insert(out.end(), more);
    return out;
}

}  // namespace

namespace {

// A page of a search. `from` and `time` are the time of a record, for the earliest time of the
// search and for the rest; a plus sign before it keeps SQLite from the index of times.
#define TOLLGATE_AUDIT_PAGE(leading, from, time)                                       \
    "SELECT " TOLLGATE_AUDIT_COLUMNS                                                   \
    " FROM audit_records WHERE " leading TOLLGATE_AUDIT_MATCHES from " >= ? AND " time \
    " < ? AND (" time ", id) < (?, ?) ORDER BY " time                                  \
    " DESC, id DESC "                                                                  \
    "LIMIT ?"
#define TOLLGATE_ALL_RECORDS TOLLGATE_AUDIT_PAGE("", "recorded_at", "recorded_at")
// `condition`: one without which no row matches, whose index has few rows of the team; its value is
// the first one bound.
#define TOLLGATE_RECORDS_WITH(condition) \
    TOLLGATE_AUDIT_PAGE(condition " AND ", "+recorded_at", "recorded_at")
#define TOLLGATE_RECORDS_OF_RECEIPT \
    TOLLGATE_AUDIT_PAGE("receipt_id = ? AND receipt_id <> '' AND ", "+recorded_at", "+recorded_at")

struct page_query {
    std::string_view sql;
    const std::string* leading;  // the value of the leading condition, or null
};

// An index leads only if the statement names its column and repeats its condition: with (? = '' OR
// …) alone neither database knows that it may use one.
page_query page_query_of(const audit_search& search) {
    if (!search.object_id.empty())
        return {TOLLGATE_RECORDS_WITH("object_id = ? AND object_id <> ''"), &search.object_id};
    if (!search.receipt_id.empty()) return {TOLLGATE_RECORDS_OF_RECEIPT, &search.receipt_id};
    if (!search.server_id.empty())
        return {TOLLGATE_RECORDS_WITH("server_id = ? AND server_id <> ''"), &search.server_id};
    if (!search.decision.empty() && search.decision != "allowed")
        return {TOLLGATE_RECORDS_WITH("decision = ? AND decision <> 'allowed'"), &search.decision};
    return {TOLLGATE_ALL_RECORDS, nullptr};
}

}  // namespace

std::vector<audit_row> list_audit(session& db, const std::string& team_id,
                                  const audit_search& search, const page& where) {
    auto values = values_of(team_id, search,
                            {ms_or_limit(where.before, time_latest), to_value(where.before_id),
                             static_cast<std::int64_t>(where.limit)});
    const page_query chosen = page_query_of(search);
    if (chosen.leading != nullptr) values.insert(values.begin(), to_value(*chosen.leading));
    query rows{db, chosen.sql, std::span<const value>{values}};
    std::vector<audit_row> out;
    while (rows.next()) out.push_back(read_audit(rows));
    return out;
}

// Records arrive roughly by time, so a range has to be looked at as a whole, which is done for a
// short one only: a longer one is read from the beginning of the log.
std::optional<std::int64_t> first_audit_position(session& db, const std::string& team_id,
                                                 base::timestamp from, base::timestamp before) {
    constexpr std::int64_t records_max = 50'000;
    query rows{
        db,
        "SELECT min(position), count(*) FROM (SELECT position FROM audit_records WHERE team_id = ? "
        "AND recorded_at >= ? AND recorded_at < ? ORDER BY recorded_at, id LIMIT ?) AS earliest",
        team_id,
        from,
        before,
        records_max};
    if (!rows.next()) return {};
    const auto first = rows.optional_integer();
    if (rows.integer() == records_max) return 0;
    return first;
}

// Here and below, the plus signs keep SQLite from the index of times, which has all records of the
// team.
std::vector<audit_entry> list_audit_in_log(session& db, const std::string& team_id,
                                           const audit_search& search, std::int64_t from,
                                           std::int64_t to, std::size_t limit) {
    const auto values = values_of(team_id, search, {from, to, static_cast<std::int64_t>(limit)});
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS " FROM audit_records WHERE " TOLLGATE_AUDIT_MATCHES
               "+recorded_at >= ? AND +recorded_at < ? AND position >= ? AND position < ? ORDER BY "
               "position LIMIT ?",
               std::span<const value>{values}};
    return read_entries(rows);
}

std::vector<audit_entry> list_audit_not_in_log(session& db, const std::string& team_id,
                                               const audit_search& search, base::timestamp after,
                                               const std::string& after_id, std::size_t limit) {
    const auto values =
        values_of(team_id, search,
                  {base::to_unix_ms(after), to_value(after_id), static_cast<std::int64_t>(limit)});
    query rows{db,
               "SELECT " TOLLGATE_ENTRY_COLUMNS " FROM audit_records WHERE " TOLLGATE_AUDIT_MATCHES
               "+recorded_at >= ? AND +recorded_at < ? AND position IS NULL AND (+recorded_at, id) "
               "> (?, ?) ORDER BY recorded_at, id LIMIT ?",
               std::span<const value>{values}};
    return read_entries(rows);
}

}  // namespace tollgate::storage::sql
