#include "storage/sql/suspend.hpp"

#include <cstddef>
#include <utility>

#include "storage/sql/change_log.hpp"

namespace tollgate::storage::sql {

namespace {

constexpr std::size_t subjects_max = 1000;  // in one entry of the change log

base::result<> none(std::string_view what) {
    return base::fail(base::errc::not_found, "not_found", "no such " + std::string{what});
}

base::result<> set_server(session& db, const suspend& change) {
    query found{db,
                "SELECT revoked_at FROM mcp_servers WHERE team_id = ? AND account_id = ? AND id = "
                "?",
                change.team_id, change.account_id, change.server_id};
    if (!found.next()) return none("MCP server");
    if (found.optional_time())
        return base::fail(base::errc::conflict, "server_revoked", "this MCP server is revoked");
    if (change.at)
        db.run(
            "UPDATE mcp_servers SET suspended_at = coalesce(suspended_at, ?) WHERE team_id = ? AND "
            "account_id = ? AND id = ?",
            change.at, change.team_id, change.account_id, change.server_id);
    else
        db.run(
            "UPDATE mcp_servers SET suspended_at = NULL WHERE team_id = ? AND account_id = ? AND "
            "id = ?",
            change.team_id, change.account_id, change.server_id);
    change.servers->push_back(change.server_id);
    return {};
}

base::result<> set_account(session& db, const suspend& change) {
    const auto changed =
        change.at
            ? db.run(
                  "UPDATE integrated_accounts SET suspended_at = coalesce(suspended_at, ?) "
                  "WHERE team_id = ? AND id = ?",
                  change.at, change.team_id, change.account_id)
            : db.run(
                  "UPDATE integrated_accounts SET suspended_at = NULL WHERE team_id = ? AND id "
                  "= ?",
                  change.team_id, change.account_id);
    if (changed == 0) return none("integrated account");
    query rows{db,
               "SELECT id FROM mcp_servers WHERE team_id = ? AND account_id = ? AND revoked_at IS "
               "NULL",
               change.team_id, change.account_id};
    while (rows.next()) change.servers->push_back(rows.text());
    return {};
}

base::result<> set_team(session& db, const suspend& change) {
    const auto changed =
        change.at ? db.run("UPDATE teams SET suspended_at = coalesce(suspended_at, ?) WHERE id = ?",
                           change.at, change.team_id)
                  : db.run("UPDATE teams SET suspended_at = NULL WHERE id = ?", change.team_id);
    if (changed == 0) return none("team");
    query rows{db, "SELECT id FROM mcp_servers WHERE team_id = ? AND revoked_at IS NULL",
               change.team_id};
    while (rows.next()) change.servers->push_back(rows.text());
    return {};
}

}  // namespace

base::result<> apply_suspend(session& db, const suspend& change) {
    change.servers->clear();
    auto set = change.account_id.empty()  ? set_team(db, change)
               : change.server_id.empty() ? set_account(db, change)
                                          : set_server(db, change);
    if (!set || !change.at || change.origin.empty()) return set;
    for (std::size_t from = 0; from < change.servers->size(); from += subjects_max) {
        const auto first = change.servers->begin() + static_cast<std::ptrdiff_t>(from);
        const auto count = std::min(subjects_max, change.servers->size() - from);
        append(db, {logged_kind::server_suspended,
                    {first, first + static_cast<std::ptrdiff_t>(count)},
                    change.origin,
                    *change.at,
                    std::make_shared<std::int64_t>(0)});
    }
    return set;
}

}  // namespace tollgate::storage::sql
