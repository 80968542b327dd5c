#include "storage/sql/apply.hpp"

#include "storage/changes.hpp"
#include "storage/sql/alarms.hpp"
#include "storage/sql/approvals.hpp"
#include "storage/sql/audit.hpp"
#include "storage/sql/audit_delivery.hpp"
#include "storage/sql/audit_log.hpp"
#include "storage/sql/change_log.hpp"
#include "storage/sql/clients.hpp"
#include "storage/sql/declarations.hpp"
#include "storage/sql/hourly_counts.hpp"
#include "storage/sql/identities.hpp"
#include "storage/sql/key_checks.hpp"
#include "storage/sql/oauth.hpp"
#include "storage/sql/orders.hpp"
#include "storage/sql/people.hpp"
#include "storage/sql/policies.hpp"
#include "storage/sql/policy_changes.hpp"
#include "storage/sql/receipts.hpp"
#include "storage/sql/retention.hpp"
#include "storage/sql/revoke.hpp"
#include "storage/sql/sign_in_attempts.hpp"
#include "storage/sql/suspend.hpp"
#include "storage/sql/webhooks.hpp"
#include "storage/sql/writes.hpp"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

result<> write(session& db, const purge_hourly_counts& change) {
    purge(db, change);
    return {};
}
result<> write(session& db, const note_clients& change) {
    note(db, change.rows);
    return {};
}
result<> write(session& db, const claim_alarms& change) {
    claim(db, change);
    return {};
}
result<> write(session& db, const fire_alarms& change) {
    fire(db, change);
    return {};
}
result<> write(session& db, const postpone_alarm& change) {
    postpone(db, change);
    return {};
}
result<> write(session& db, const release_alarms& change) {
    release(db, change);
    return {};
}
result<> write(session& db, const arm_missing_alarms& change) {
    arm_missing(db, change);
    return {};
}
result<> write(session& db, const log_change& change) {
    append(db, change);
    return {};
}
result<> write(session& db, const open_log& change) {
    open(db, change);
    return {};
}
result<> write(session& db, const renew_log& change) {
    renew(db, change);
    return {};
}
result<> write(session& db, const trim_log& change) {
    trim(db, change);
    return {};
}
result<> write(session& db, const put_instance& change) {
    put(db, change);
    return {};
}
result<> write(session& db, const remove_instance& change) {
    remove(db, change);
    return {};
}
result<> write(session& db, const use_oauth_client& change) {
    return use_client(db, change);
}
result<> write(session& db, const add_authorization& change) {
    return add(db, change);
}
result<> write(session& db, const rotate_refresh& change) {
    return rotate(db, change);
}
result<> write(session& db, const revoke_authorization& change) {
    return revoke(db, change);
}
result<> write(session& db, const revoke_servers& change) {
    return revoke_many(db, change);
}
result<> write(session& db, const suspend& change) {
    return apply_suspend(db, change);
}
result<> write(session& db, const begin_receipt& change) {
    return begin(db, change);
}
result<> write(session& db, const retake_receipt& change) {
    return retake(db, change);
}
result<> write(session& db, const finish_receipt& change) {
    finish(db, change);
    return {};
}
result<> write(session& db, const settle_receipt& change) {
    return settle_by_person(db, change);
}
result<> write(session& db, const claim_receipts& change) {
    claim(db, change);
    return {};
}
result<> write(session& db, const release_receipts& change) {
    release(db, change);
    return {};
}
result<> write(session& db, const arm_retention& change) {
    arm(db, change);
    return {};
}
result<> write(session& db, const claim_retention& change) {
    claim(db, change);
    return {};
}
result<> write(session& db, const rearm_retention& change) {
    rearm(db, change);
    return {};
}
result<> write(session& db, const arm_key_checks& change) {
    arm(db, change);
    return {};
}
result<> write(session& db, const claim_key_check& change) {
    claim(db, change);
    return {};
}
result<> write(session& db, const finish_key_check& change) {
    finish(db, change);
    return {};
}
result<> write(session& db, const note_key_check& change) {
    note(db, change);
    return {};
}
result<> write(session& db, const remove_audit& change) {
    return remove(db, change);
}
result<> write(session& db, const remove_receipts& change) {
    remove(db, change);
    return {};
}
result<> write(session& db, const add_audit& change) {
    add(db, change);
    return {};
}
result<> write(session& db, const integrate_audit& change) {
    return integrate(db, change);
}
result<> write(session& db, const sign_audit& change) {
    return sign(db, change);
}

result<> write(session& db, const hold_delivery& change) {
    hold(db, change);
    return {};
}
result<> write(session& db, const drop_delivery& change) {
    drop(db, change);
    return {};
}
result<> write(session& db, const advance_delivery& change) {
    return advance(db, change);
}
result<> write(session& db, const fail_delivery& change) {
    return note_failure(db, change);
}
result<> write(session& db, const rewind_delivery& change) {
    return rewind(db, change);
}

// Calls the write() overload for the kind of this change.
template <typename... Kinds>
result<> write_any(session& db, const change& what, change_kinds<Kinds...>) {
    result<> outcome;
    const auto try_one = [&](const auto* known) {
        if (known != nullptr) outcome = write(db, *known);
        return known != nullptr;
    };
    (void)(try_one(what.as<Kinds>()) || ...);
    return outcome;
}

}  // namespace

base::result<> apply(session& db, const change& what) {
    try {
        return write_any(db, what, all_changes{});
    } catch (const sql_error& error) {
        if (error.kind() == fault_kind::unique)
            return fail(errc::conflict, "exists_already", "a record with this id exists already");
        if (error.kind() == fault_kind::foreign_key)
            return fail(errc::not_found, "not_found", "what this record belongs to is gone");
        if (error.kind() == fault_kind::not_text)
            return fail(errc::invalid_argument, "invalid_text",
                        "a text must be valid UTF-8 without a NUL character");
        throw;
    }
}

}  // namespace tollgate::storage::sql
