#include "storage/changes/accounts.hpp"

#include "storage/sql/alarms.hpp"
#include "storage/sql/declarations.hpp"
#include "storage/sql/key_checks.hpp"
#include "storage/sql/orders.hpp"
#include "storage/sql/policies.hpp"
#include "storage/sql/revoke.hpp"
#include "storage/sql/rules.hpp"
#include "storage/sql/writes.hpp"

namespace tollgate::storage::sql {

using base::errc;
using base::fail;
using base::result;

namespace {

// The failure when no account had the given version.
result<> changed_or_gone(session& db, const std::string& team_id, const std::string& id) {
    query present{db, "SELECT 1 FROM integrated_accounts WHERE team_id = ? AND id = ?", team_id,
                  id};
    if (!present.next()) return not_found("integrated account");
    return version_changed();
}

}  // namespace

result<> write(session& db, const add_account& add) {
    const account_row& row = add.row;
    lock_team(db, row.team_id);
    query present{db, "SELECT count(*) FROM integrated_accounts WHERE team_id = ?", row.team_id};
    if (count_of(present) >= add.limit)
        return limit_reached(add.limit, "integrated accounts of a team");
    db.run(
        "INSERT INTO integrated_accounts (id, team_id, name, mode, kind, last4, key_id, "
        "wrapped_key, credential, stripe_account, stripe_version, tags, created_by, "
        "created_at, updated_at, version, connected_accounts, needs_reauth_at, frozen_at, orders, "
        "service_url, service_auth, service_header) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id, row.team_id, row.name, to_string(row.mode), row.kind, row.last4,
        row.credential.key_id, blob{row.credential.wrapped_key}, blob{row.credential.ciphertext},
        row.stripe_account, row.stripe_version, row.tags, row.created_by, row.created_at,
        row.updated_at, row.version, row.connected_accounts, row.needs_reauth_at, row.frozen_at,
        row.orders, row.service_url, row.service_auth, row.service_header);
    if (add.check_at) arm_key_check(db, {row.team_id, row.id}, *add.check_at);
    return {};
}

result<> write(session& db, const replace_account& replace) {
    const account_row& row = replace.row;
    const auto changed = db.run(
        "UPDATE integrated_accounts SET name = ?, mode = ?, kind = ?, last4 = ?, "
        "key_id = ?, wrapped_key = ?, credential = ?, stripe_account = ?, "
        "stripe_version = ?, tags = ?, connected_accounts = ?, needs_reauth_at = ?, "
        "frozen_at = ?, orders = ?, updated_at = ?, key_checked_at = ?, key_check = ?, "
        "version = version + 1 "
        "WHERE team_id = ? AND id = ? AND version = ?",
        row.name, to_string(row.mode), row.kind, row.last4, row.credential.key_id,
        blob{row.credential.wrapped_key}, blob{row.credential.ciphertext}, row.stripe_account,
        row.stripe_version, row.tags, row.connected_accounts, row.needs_reauth_at, row.frozen_at,
        row.orders, row.updated_at, row.key_checked_at, row.key_check, row.team_id, row.id,
        row.version);
    if (changed == 1 && replace.check_at)
        arm_key_check(db, {row.team_id, row.id}, *replace.check_at);
    if (changed == 1) return {};
    return changed_or_gone(db, row.team_id, row.id);
}

result<> write(session& db, const reject_credential& reject) {
    const auto changed = db.run(
        "UPDATE integrated_accounts SET needs_reauth_at = coalesce(needs_reauth_at, ?), "
        "version = version + 1 WHERE team_id = ? AND id = ? AND version = ?",
        reject.at, reject.team_id, reject.id, reject.version);
    if (changed == 1) return {};
    return changed_or_gone(db, reject.team_id, reject.id);
}

result<> write(session& db, const remove_account& remove) {
    if (!lock_account(db, remove.team_id, remove.id)) return not_found("integrated account");
    const auto live = count_unrevoked(db, remove.team_id, remove.id);
    if (live != remove.expect) return count_differs(live, remove.expect);
    disarm_account(db, remove.team_id, remove.id);
    drop_policy(db, remove.team_id, remove.id);
    drop_declarations(db, remove.team_id, remove.id);
    auto forgotten = forget_orders(db, {remove.team_id, remove.id});
    if (!forgotten) return forgotten;
    const auto changed = db.run("DELETE FROM integrated_accounts WHERE team_id = ? AND id = ?",
                                remove.team_id, remove.id);
    if (changed == 0) return not_found("integrated account");
    return {};
}

}  // namespace tollgate::storage::sql
