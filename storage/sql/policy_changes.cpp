#include "storage/sql/policy_changes.hpp"

#include <algorithm>

#include "storage/sql/policies.hpp"
#include "storage/sql/rules.hpp"

#define TOLLGATE_POLICY_CHANGE_COLUMNS                                                             \
    "id, team_id, account_id, ends_setting, base_version, rules, asked_by, asked_at, expires_at, " \
    "state, decided_by, decided_at, reason, asked_side"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::chrono::hours keep{400 * 24};
constexpr int makers_max = 16;  // steps from an API key to the person behind it

std::string name_of(policy_change_state state) {
    return std::string{policy_change_state_names[static_cast<std::size_t>(state)]};
}

policy_change_row read_change(query& row) {
    policy_change_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.account_id = row.text();
    out.ends_setting = row.integer() != 0;
    out.base_version = row.integer();
    out.rules = row.text();
    out.asked_by = row.text();
    out.asked_at = row.time();
    out.expires_at = row.time();
    const auto state = std::ranges::find(policy_change_state_names, row.text());
    out.state = static_cast<policy_change_state>(state - std::begin(policy_change_state_names));
    out.decided_by = row.text();
    out.decided_at = row.optional_time();
    out.reason = row.text();
    out.asked_side = row.text();
    return out;
}

// The creator of one of the team's API keys, even of a deleted one; empty for a first key and for
// people.
std::string maker_of(session& db, const std::string& team_id, const std::string& id) {
    query maker{db,
                "SELECT created_by FROM api_keys WHERE team_id = ? AND id = ? UNION ALL SELECT "
                "created_by FROM removed_api_keys WHERE team_id = ? AND id = ?",
                team_id,
                id,
                team_id,
                id};
    return maker.next() ? maker.text() : std::string{};
}

// The person or first API key behind an API key, found through the chain of creators. A person's
// side is the person. Fails with forbidden "key_chain_too_long".
result<std::string> side_of(session& db, const std::string& team_id, std::string id) {
    for (int step = 0; step <= makers_max; ++step) {
        auto maker = maker_of(db, team_id, id);
        if (maker.empty()) return id;
        id = std::move(maker);
    }
    return fail(errc::forbidden, "key_chain_too_long",
                "more than " + std::to_string(makers_max) +
                    " API keys made one another before this one: use an API key that a person "
                    "made, or sign in");
}

result<> put_in_force(session& db, const policy_change_row& row,
                      const decide_policy_change& change) {
    if (row.ends_setting) {
        db.run("UPDATE teams SET policy_changes = ? WHERE id = ?", std::string{changed_alone},
               row.team_id);
        return {};
    }
    policy_row rules{row.team_id, row.account_id, row.base_version + 1,
                     row.rules,   row.asked_by,   change.at};
    return write(db, put_policy{std::move(rules), confirmation::given});
}

}  // namespace

result<> write(session& db, const add_policy_change& change) {
    const auto& row = change.row;
    lock_team(db, row.team_id);
    if (!row.account_id.empty() && !lock_account(db, row.team_id, row.account_id))
        return not_found("integrated account");
    query pending{db,
                  "SELECT count(*) FROM policy_changes WHERE team_id = ? AND state = 'pending' AND "
                  "expires_at > ?",
                  row.team_id, row.asked_at};
    if (count_of(pending) >= change.limit)
        return limit_reached(change.limit, "pending policy changes of a team");
    const auto side = side_of(db, row.team_id, row.asked_by);
    if (!side) return side.error();
    db.run("INSERT INTO policy_changes (" TOLLGATE_POLICY_CHANGE_COLUMNS
           ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           row.id, row.team_id, row.account_id, row.ends_setting, row.base_version, row.rules,
           row.asked_by, row.asked_at, row.expires_at, name_of(row.state), row.decided_by,
           row.decided_at, row.reason, *side);
    return {};
}

result<> write(session& db, const decide_policy_change& what) {
    lock_team(db, what.team_id);
    auto found = find_policy_change(db, what.team_id, what.id);
    if (!found) return not_found("policy change");
    if (found->state != policy_change_state::pending || what.at >= found->expires_at)
        return fail(errc::conflict, "policy_change_ended",
                    "this policy change is not pending any more");
    // The requester may withdraw the change by refusing it.
    if (what.confirmed) {
        const auto side = side_of(db, what.team_id, what.by);
        if (!side) return side.error();
        if (found->asked_by == what.by || found->asked_side == *side)
            return fail(errc::forbidden, "asked_yourself",
                        "somebody else must confirm this change: the same person asked for it, in "
                        "a session or with an API key");
        auto done = put_in_force(db, *found, what);
        if (!done) return done;
    }
    found->state = what.confirmed ? policy_change_state::confirmed : policy_change_state::refused;
    found->decided_by = what.by;
    found->decided_at = what.at;
    found->reason = what.reason;
    db.run(
        "UPDATE policy_changes SET state = ?, decided_by = ?, decided_at = ?, reason = ? WHERE "
        "team_id = ? AND id = ?",
        name_of(found->state), found->decided_by, found->decided_at, found->reason, what.team_id,
        what.id);
    if (what.after) *what.after = std::move(*found);
    return {};
}

void purge_policy_changes(session& db, timestamp now) {
    db.run(
        "DELETE FROM policy_changes WHERE id IN (SELECT id FROM policy_changes WHERE asked_at <= ? "
        "LIMIT 1000)",
        now - keep);
}

std::optional<policy_change_row> find_policy_change(session& db, const std::string& team_id,
                                                    const std::string& id) {
    query rows{db,
               "SELECT " TOLLGATE_POLICY_CHANGE_COLUMNS
               " FROM policy_changes WHERE team_id = ? AND id = ?",
               team_id, id};
    if (!rows.next()) return {};
    return read_change(rows);
}

std::vector<policy_change_row> list_policy_changes(session& db, const std::string& team_id,
                                                   const std::optional<timestamp>& pending_at,
                                                   std::int64_t limit) {
    const std::string state = pending_at ? "pending" : "";
    query rows{db,
               "SELECT " TOLLGATE_POLICY_CHANGE_COLUMNS
               " FROM policy_changes WHERE team_id = ? AND (? = '' OR (state = ? AND expires_at > "
               "?)) ORDER BY asked_at DESC, id DESC LIMIT ?",
               team_id,
               state,
               state,
               pending_at.value_or(timestamp{}),
               limit};
    std::vector<policy_change_row> out;
    while (rows.next()) out.push_back(read_change(rows));
    return out;
}

}  // namespace tollgate::storage::sql
