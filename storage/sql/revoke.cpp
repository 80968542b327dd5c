#include "storage/sql/revoke.hpp"

#include <utility>

#include "base/crash_point.hpp"
#include "storage/sql/change_log.hpp"

// The servers to revoke: of one account, or of the whole team; after one id, up to another.
#define TOLLGATE_OF_ACCOUNT "team_id = ? AND account_id = ?"
#define TOLLGATE_OF_TEAM "team_id = ?"
#define TOLLGATE_BEHIND " AND id > ?"
#define TOLLGATE_UP_TO " AND id <= ?"

#define TOLLGATE_CHOOSE(whose)                                \
    "SELECT id FROM mcp_servers WHERE " whose TOLLGATE_BEHIND \
    " AND revoked_at IS NULL ORDER BY id LIMIT ?"
#define TOLLGATE_REVOKE(whose)                                                  \
    "UPDATE mcp_servers SET revoked_at = ?, version = version + 1 WHERE " whose \
        TOLLGATE_BEHIND TOLLGATE_UP_TO " AND revoked_at IS NULL RETURNING id"
// Includes servers that were revoked before, which have no tokens or alarms.
#define TOLLGATE_REVOKED(whose)                                                   \
    " IN (SELECT id FROM mcp_servers WHERE " whose TOLLGATE_BEHIND TOLLGATE_UP_TO \
    " AND revoked_at IS NOT NULL)"
#define TOLLGATE_STATEMENTS(whose)                                                                \
    {TOLLGATE_CHOOSE(whose), TOLLGATE_CHOOSE(whose) " FOR NO KEY UPDATE", TOLLGATE_REVOKE(whose), \
     "DELETE FROM mcp_tokens WHERE team_id = ? AND server_id" TOLLGATE_REVOKED(whose),            \
     "DELETE FROM alarms WHERE team_id = ? AND subject" TOLLGATE_REVOKED(whose)}

namespace tollgate::storage::sql {

namespace {

struct statements {
    std::string_view choose;
    std::string_view choose_and_lock;
    std::string_view revoke;
    std::string_view drop_tokens;
    std::string_view disarm;
};

constexpr statements of_account TOLLGATE_STATEMENTS(TOLLGATE_OF_ACCOUNT);
constexpr statements of_team TOLLGATE_STATEMENTS(TOLLGATE_OF_TEAM);

// False if there is no such account. With many writers, the second of two concurrent revokes waits
// here: each would otherwise miss the uncommitted changes of the other.
bool lock_scope(session& db, const revoke_servers& change) {
    if (change.account_id.empty()) {
        if (db.many_writers())
            db.run(
                "SELECT 1 FROM integrated_accounts WHERE team_id = ? ORDER BY id "
                "FOR NO KEY UPDATE",
                change.team_id);
        return true;
    }
    constexpr std::string_view present =
        "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ?";
    constexpr std::string_view locked =
        "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ? FOR NO KEY UPDATE";
    query account{db, db.many_writers() ? locked : present, change.team_id, change.account_id};
    return account.next();
}

// The id of the last server of this batch; empty if none are left.
std::string last_of(session& db, std::string_view choose, std::vector<value> whose,
                    const revoke_servers& change) {
    whose.emplace_back(std::string_view{change.after});
    whose.emplace_back(change.limit);
    const auto rows = db.open(choose, whose);
    std::string last;
    while (rows->next()) last = rows->bytes(0);
    return last;
}

}  // namespace

std::int64_t count_unrevoked(session& db, const std::string& team_id,
                             const std::string& account_id) {
    if (account_id.empty()) {
        query rows{db, "SELECT count(*) FROM mcp_servers WHERE team_id = ? AND revoked_at IS NULL",
                   team_id};
        return rows.next() ? rows.integer() : 0;
    }
    query rows{db,
               "SELECT count(*) FROM mcp_servers WHERE team_id = ? AND account_id = ? AND "
               "revoked_at IS NULL",
               team_id, account_id};
    return rows.next() ? rows.integer() : 0;
}

base::failure count_differs(std::int64_t count, std::int64_t expected) {
    return base::fail(
        base::errc::conflict, "count_differs",
        "this would end " + std::to_string(count) + " MCP servers, not " +
            std::to_string(expected) +
            ": GET of the address that ends in /revoke lists them; send its 'would_end' "
            "as 'expect'");
}

base::result<> revoke_many(session& db, const revoke_servers& change) {
    change.revoked->clear();
    if (!lock_scope(db, change))
        return base::fail(base::errc::not_found, "not_found", "no such integrated account");
    const bool whole_team = change.account_id.empty();
    if (change.expect) {
        const auto count = count_unrevoked(db, change.team_id, change.account_id);
        if (count != *change.expect) return count_differs(count, *change.expect);
    }
    const statements& sql = whole_team ? of_team : of_account;
    std::vector<value> whose{std::string_view{change.team_id}};
    if (!whole_team) whose.emplace_back(std::string_view{change.account_id});
    const std::string last =
        last_of(db, db.many_writers() ? sql.choose_and_lock : sql.choose, whose, change);
    if (last.empty()) return {};
    std::vector<value> range = std::move(whose);
    range.emplace_back(std::string_view{change.after});
    range.emplace_back(std::string_view{last});

    range.insert(range.begin(), to_value(change.at));
    {
        const auto rows = db.open(sql.revoke, range);
        while (rows->next()) change.revoked->emplace_back(rows->bytes(0));
    }
    base::crash_point("mass_revoke.before_commit");
    range.front() = std::string_view{change.team_id};
    db.execute(sql.drop_tokens, range);
    db.execute(sql.disarm, range);
    if (change.origin.empty() || change.revoked->empty()) return {};
    append(db, {logged_kind::server_revoked, *change.revoked, change.origin, change.at,
                std::make_shared<std::int64_t>(0)});
    return {};
}

}  // namespace tollgate::storage::sql
