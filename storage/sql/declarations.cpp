#include "storage/sql/declarations.hpp"

#include "storage/sql/policies.hpp"
#include "storage/sql/rules.hpp"

namespace tollgate::storage::sql {

base::result<> write(session& db, const put_declarations& what) {
    const declarations_row& row = what.row;
    if (!lock_account(db, row.team_id, row.account_id)) return not_found("integrated account");
    if (needs_second_person(db, row.team_id))
        return base::fail(
            base::errc::conflict, "second_person_needed",
            "the team wants a second person to confirm changes of its rules, and declarations "
            "cannot wait for one: set policy_changes of the team to alone for this change");
    const auto changed =
        row.version == 1
            ? db.run(
                  "INSERT INTO account_declarations (team_id, account_id, version, document, "
                  "changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (team_id, "
                  "account_id) DO NOTHING",
                  row.team_id, row.account_id, row.version, row.document, row.changed_by,
                  row.changed_at)
            : db.run(
                  "UPDATE account_declarations SET version = ?, document = ?, changed_by = ?, "
                  "changed_at = ? WHERE team_id = ? AND account_id = ? AND version = ?",
                  row.version, row.document, row.changed_by, row.changed_at, row.team_id,
                  row.account_id, row.version - 1);
    if (changed > 0) return {};
    return base::fail(
        base::errc::conflict, "version_changed",
        "somebody else has changed these declarations meanwhile: read them and try again");
}

void drop_declarations(session& db, const std::string& team_id, const std::string& account_id) {
    db.run("DELETE FROM account_declarations WHERE team_id = ? AND account_id = ?", team_id,
           account_id);
}

std::optional<declarations_row> find_declarations(session& db, const std::string& team_id,
                                                  const std::string& account_id) {
    query rows{db,
               "SELECT team_id, account_id, version, document, changed_by, changed_at FROM "
               "account_declarations WHERE team_id = ? AND account_id = ?",
               team_id, account_id};
    if (!rows.next()) return {};
    declarations_row out;
    out.team_id = rows.text();
    out.account_id = rows.text();
    out.version = rows.integer();
    out.document = rows.text();
    out.changed_by = rows.text();
    out.changed_at = rows.time();
    return out;
}

}  // namespace tollgate::storage::sql
