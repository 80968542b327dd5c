#include "storage/sql/clients.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#define TOLLGATE_CLIENT_COLUMNS                                                            \
    "team_id, server_id, client, title, era, first_seen_at, last_seen_at, discovered_at, " \
    "listed_at, called_at, refused_at, refused_status, network"

// The later of what is stored and what is new; either may be absent.
#define TOLLGATE_LATER(column)                                               \
    column " = CASE WHEN mcp_clients." column " IS NULL OR excluded." column \
           " > mcp_clients." column " THEN excluded." column " ELSE mcp_clients." column " END"
// A new text, unless it is empty.
#define TOLLGATE_NEW_TEXT(column)                                         \
    column " = CASE WHEN excluded." column " <> '' THEN excluded." column \
           " ELSE mcp_clients." column " END"

namespace tollgate::storage::sql {

namespace {

// What a sighting changes of a client that was seen before. The network is not compared by time:
// the audit log notes later calls, without a network, before the sighting that has one is stored.
#define TOLLGATE_SIGHTING      \
    TOLLGATE_NEW_TEXT("title") \
    ", " TOLLGATE_NEW_TEXT("era") ", " TOLLGATE_LATER("last_seen_at") ", " TOLLGATE_LATER(      \
        "discovered_at") ", " TOLLGATE_LATER("listed_at") ", " TOLLGATE_LATER("called_at") ", " \
    "refused_status = CASE WHEN excluded.refused_at IS NULL OR excluded.refused_at < "          \
    "mcp_clients.refused_at THEN mcp_clients.refused_status ELSE excluded.refused_status END, " \
    TOLLGATE_LATER("refused_at") ", " TOLLGATE_NEW_TEXT("network")

void add_sighting(session& db, const mcp_client_row& row) {
    db.run(
        "INSERT INTO mcp_clients (" TOLLGATE_CLIENT_COLUMNS
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (team_id, server_id, client) "
        "DO UPDATE SET " TOLLGATE_SIGHTING,
        row.team_id, row.server_id, row.client, row.title, row.era, row.first_seen_at,
        row.last_seen_at, row.discovered_at, row.listed_at, row.called_at, row.refused_at,
        row.refused_status, row.network);
}

mcp_client_row read_client(query& row) {
    mcp_client_row out;
    out.team_id = row.text();
    out.server_id = row.text();
    out.client = row.text();
    out.title = row.text();
    out.era = row.text();
    out.first_seen_at = row.time();
    out.last_seen_at = row.time();
    out.discovered_at = row.optional_time();
    out.listed_at = row.optional_time();
    out.called_at = row.optional_time();
    out.refused_at = row.optional_time();
    out.refused_status = row.integer();
    out.network = row.text();
    return out;
}

// Leaves the newest of every server: what is over would be removed again at once.
void keep_newest(std::vector<mcp_client_row>& rows) {
    std::ranges::sort(rows, std::ranges::greater{}, &mcp_client_row::last_seen_at);
    std::map<std::pair<std::string, std::string>, std::int64_t> kept;
    std::erase_if(rows, [&kept](const mcp_client_row& one) {
        return ++kept[{one.team_id, one.server_id}] > clients_of_server_max;
    });
}

// When the last of the clients that are kept was seen, and its name; nothing if there are fewer.
std::optional<std::pair<base::timestamp, std::string>> last_kept(session& db,
                                                                 const std::string& team_id,
                                                                 const std::string& server_id) {
    query rows{db,
               "SELECT last_seen_at, client FROM mcp_clients WHERE team_id = ? AND server_id = ? "
               "ORDER BY last_seen_at DESC, client LIMIT 1 OFFSET ?",
               team_id, server_id, clients_of_server_max - 1};
    if (!rows.next()) return {};
    const base::timestamp seen = rows.time();
    return std::pair{seen, rows.text()};
}

#define TOLLGATE_DROP_OLDER_CLIENTS(locked)                                                        \
    "DELETE FROM mcp_clients WHERE team_id = ? AND server_id = ? AND client IN (SELECT client "    \
    "FROM mcp_clients WHERE team_id = ? AND server_id = ? AND (last_seen_at < ? OR (last_seen_at " \
    "= ? AND client > ?))" locked ")"

// Many writers do not wait for each other here: a row that another one holds is of a client that
// was seen just now.
void trim(session& db, const std::string& team_id, const std::string& server_id) {
    const auto last = last_kept(db, team_id, server_id);
    if (!last) return;
    db.run(db.many_writers() ? TOLLGATE_DROP_OLDER_CLIENTS(" FOR UPDATE SKIP LOCKED")
                             : TOLLGATE_DROP_OLDER_CLIENTS(""),
           team_id, server_id, team_id, server_id, last->first, last->first, last->second);
}

}  // namespace

void note(session& db, std::vector<mcp_client_row> rows) {
    keep_newest(rows);
    // All writers take the rows in one order.
    std::ranges::sort(rows, {}, [](const mcp_client_row& one) {
        return std::tie(one.team_id, one.server_id, one.client, one.last_seen_at);
    });
    std::set<std::pair<std::string, std::string>> servers;
    for (const mcp_client_row& row : rows) {
        add_sighting(db, row);
        servers.emplace(row.team_id, row.server_id);
    }
    for (const auto& [team_id, server_id] : servers) trim(db, team_id, server_id);
}

std::vector<mcp_client_row> list_mcp_clients(session& db, const std::string& team_id,
                                             const std::string& server_id) {
    query rows{db,
               "SELECT " TOLLGATE_CLIENT_COLUMNS
               " FROM mcp_clients WHERE team_id = ? AND server_id = ? ORDER BY last_seen_at DESC, "
               "client LIMIT ?",
               team_id, server_id, clients_of_server_max};
    std::vector<mcp_client_row> out;
    while (rows.next()) out.push_back(read_client(rows));
    return out;
}

}  // namespace tollgate::storage::sql
