#include "storage/sql/policies.hpp"

#include <limits>

#include "storage/sql/rules.hpp"

namespace tollgate::storage::sql {

namespace {

policy_row read_policy(query& row) {
    policy_row out;
    out.team_id = row.text();
    out.account_id = row.text();
    out.version = row.integer();
    out.rules = row.text();
    out.changed_by = row.text();
    out.changed_at = row.time();
    return out;
}

}  // namespace

bool needs_second_person(session& db, const std::string& team_id) {
    query rows{db, "SELECT policy_changes FROM teams WHERE id = ?", team_id};
    return rows.next() && rows.text() == changed_by_two;
}

base::result<> write(session& db, const put_policy& change) {
    const policy_row& row = change.row;
    if (!row.account_id.empty() && !lock_account(db, row.team_id, row.account_id))
        return not_found("integrated account");
    if (change.confirmed == confirmation::none && needs_second_person(db, row.team_id))
        return base::fail(base::errc::conflict, "second_person_needed",
                          "the team wants a second person to confirm changes of its policies");
    const auto changed =
        row.version == 1
            ? db.run(
                  "INSERT INTO policies (team_id, account_id, version, rules, changed_by, "
                  "changed_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (team_id, account_id) DO "
                  "NOTHING",
                  row.team_id, row.account_id, row.version, row.rules, row.changed_by,
                  row.changed_at)
            : db.run(
                  "UPDATE policies SET version = ?, rules = ?, changed_by = ?, changed_at = ? "
                  "WHERE team_id = ? AND account_id = ? AND version = ?",
                  row.version, row.rules, row.changed_by, row.changed_at, row.team_id,
                  row.account_id, row.version - 1);
    if (changed == 0)
        return base::fail(base::errc::conflict, "version_changed",
                          "somebody else has changed this policy meanwhile: read it and try again");
    db.run(
        "INSERT INTO policy_versions (team_id, account_id, version, rules, changed_by, changed_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        row.team_id, row.account_id, row.version, row.rules, row.changed_by, row.changed_at);
    return {};
}

void drop_policy(session& db, const std::string& team_id, const std::string& account_id) {
    db.run("DELETE FROM policies WHERE team_id = ? AND account_id = ?", team_id, account_id);
}

std::optional<policy_row> find_policy(session& db, const std::string& team_id,
                                      const std::string& account_id) {
    query rows{db,
               "SELECT team_id, account_id, version, rules, changed_by, changed_at FROM policies "
               "WHERE team_id = ? AND account_id = ?",
               team_id, account_id};
    if (!rows.next()) return {};
    return read_policy(rows);
}

std::vector<policy_row> list_policy_versions(session& db, const std::string& team_id,
                                             const std::string& account_id, std::int64_t before,
                                             std::int64_t limit) {
    query rows{db,
               "SELECT team_id, account_id, version, rules, changed_by, changed_at FROM "
               "policy_versions WHERE team_id = ? AND account_id = ? AND version < ? ORDER BY "
               "version DESC LIMIT ?",
               team_id,
               account_id,
               before == 0 ? std::numeric_limits<std::int64_t>::max() : before,
               limit};
    std::vector<policy_row> out;
    while (rows.next()) out.push_back(read_policy(rows));
    return out;
}

}  // namespace tollgate::storage::sql
