#include "storage/changes/teams.hpp"

#include "storage/sql/oauth.hpp"
#include "storage/sql/retention.hpp"
#include "storage/sql/rules.hpp"
#include "storage/sql/writes.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

namespace {

// With many writers, a transaction that counts the owner's keys waits here for the others.
void lock_owner_keys(session& db) {
    if (db.many_writers())
        db.run("SELECT 1 FROM api_keys WHERE instance_owner = 1 ORDER BY id FOR UPDATE");
}

}  // namespace

result<> write(session& db, const add_team& add) {
    db.run("INSERT INTO teams (id, name, created_at) VALUES (?, ?, ?)", add.row.id, add.row.name,
           add.row.created_at);
    return {};
}

result<> write(session& db, const freeze_team& freeze) {
    const auto changed =
        freeze.at ? db.run("UPDATE teams SET frozen_at = coalesce(frozen_at, ?) WHERE id = ?",
                           freeze.at, freeze.id)
                  : db.run("UPDATE teams SET frozen_at = NULL WHERE id = ?", freeze.id);
    if (changed == 0) return not_found("team");
    return {};
}

result<> write(session& db, const patch_team& patch) {
    lock_team(db, patch.id);
    query found{db, "SELECT 1 FROM teams WHERE id = ?", patch.id};
    if (!found.next()) return not_found("team");
    if (patch.receipt_retention_days)
        db.run("UPDATE teams SET receipt_retention_days = ? WHERE id = ?",
               *patch.receipt_retention_days, patch.id);
    if (patch.audit_retention_days)
        db.run("UPDATE teams SET audit_retention_days = ? WHERE id = ?",
               *patch.audit_retention_days, patch.id);
    if (patch.audit_legal_hold)
        db.run("UPDATE teams SET audit_legal_hold = ? WHERE id = ?", *patch.audit_legal_hold,
               patch.id);
    if (patch.audit_arguments)
        db.run("UPDATE teams SET audit_arguments = ? WHERE id = ?", *patch.audit_arguments,
               patch.id);
    if (patch.receipt_metadata)
        db.run("UPDATE teams SET receipt_metadata = ? WHERE id = ?", *patch.receipt_metadata,
               patch.id);
    if (patch.allow_live_writes)
        db.run("UPDATE teams SET allow_live_writes = ? WHERE id = ?", *patch.allow_live_writes,
               patch.id);
    if (patch.policy_changes)
        db.run("UPDATE teams SET policy_changes = ? WHERE id = ?", *patch.policy_changes, patch.id);
    arm_retention_of(db, patch.id, patch.at);
    return {};
}

result<> write(session& db, const add_api_key& add) {
    lock_team(db, add.row.team_id);
    query present{db, "SELECT count(*) FROM api_keys WHERE team_id = ?", add.row.team_id};
    if (count_of(present) >= add.limit) return limit_reached(add.limit, "API keys of a team");
    const api_key_row& row = add.row;
    db.run(
        "INSERT INTO api_keys (id, team_id, name, role, instance_owner, pepper_id, "
        "token_hash, key_prefix, created_by, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.team_id, row.name, row.role, row.instance_owner, row.token.pepper_id,
        blob{row.token.digest}, row.key_prefix, row.created_by, row.created_at);
    return {};
}

result<> write(session& db, const note_key_uses& change) {
    for (const auto& use : change.uses)
        db.run(
            "UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR "
            "last_used_at < ?)",
            use.at, use.key_id, use.at);
    return {};
}

result<> write(session& db, const remove_api_key& remove) {
    lock_team(db, remove.team_id);
    query found{db,
                "SELECT role, instance_owner, name, created_by FROM api_keys WHERE team_id = ? AND "
                "id = ?",
                remove.team_id, remove.id};
    if (!found.next()) return not_found("API key");
    const std::string role = found.text();
    const bool owner = found.integer() != 0;
    const std::string name = found.text();
    const std::string created_by = found.text();
    if (owner) lock_owner_keys(db);
    db.run(
        "INSERT INTO removed_api_keys (id, team_id, name, removed_at, created_by) VALUES (?, ?, ?, "
        "?, ?)",
        remove.id, remove.team_id, name, remove.at, created_by);
    db.run("DELETE FROM api_keys WHERE team_id = ? AND id = ?", remove.team_id, remove.id);
    query admins{db, "SELECT count(*) FROM api_keys WHERE team_id = ? AND role = 'admin'",
                 remove.team_id};
    if (role == "admin" && count_of(admins) == 0)
        return fail(errc::conflict, "last_admin_key",
                    "this is the team's last admin key: create another one first");
    query owners{db, "SELECT count(*) FROM api_keys WHERE instance_owner = 1"};
    if (owner && count_of(owners) == 0)
        return fail(errc::conflict, "last_owner_key",
                    "this is the last key of the instance owner: create another one first");
    end_allowed_by(db, remove);
    return {};
}

}  // namespace tollgate::storage::sql
