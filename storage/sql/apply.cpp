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

result<> write(session& db, const purge_hourly_counts& what) {
    purge(db, what);
    return {};
}
result<> write(session& db, const note_clients& what) {
    note(db, what.rows);
    return {};
}
result<> write(session& db, const claim_alarms& what) {
    claim(db, what);
    return {};
}
result<> write(session& db, const fire_alarms& what) {
    fire(db, what);
    return {};
}
result<> write(session& db, const postpone_alarm& what) {
    postpone(db, what);
    return {};
}
result<> write(session& db, const release_alarms& what) {
    release(db, what);
    return {};
}
result<> write(session& db, const arm_missing_alarms& what) {
    arm_missing(db, what);
    return {};
}
result<> write(session& db, const log_change& what) {
    append(db, what);
    return {};
}
result<> write(session& db, const open_log& what) {
    open(db, what);
    return {};
}
result<> write(session& db, const renew_log& what) {
    renew(db, what);
    return {};
}
result<> write(session& db, const trim_log& what) {
    trim(db, what);
    return {};
}
result<> write(session& db, const put_instance& what) {
    put(db, what);
    return {};
}
result<> write(session& db, const remove_instance& what) {
    remove(db, what);
    return {};
}
result<> write(session& db, const use_oauth_client& what) {
    return use_client(db, what);
}
result<> write(session& db, const add_authorization& what) {
    return add(db, what);
}
result<> write(session& db, const rotate_refresh& what) {
    return rotate(db, what);
}
result<> write(session& db, const revoke_authorization& what) {
    return revoke(db, what);
}
result<> write(session& db, const revoke_servers& what) {
    return revoke_many(db, what);
}
result<> write(session& db, const suspend& what) {
    return apply_suspend(db, what);
}
result<> write(session& db, const begin_receipt& what) {
    return begin(db, what);
}
result<> write(session& db, const retake_receipt& what) {
    return retake(db, what);
}
result<> write(session& db, const finish_receipt& what) {
    finish(db, what);
    return {};
}
result<> write(session& db, const settle_receipt& what) {
    return settle_by_person(db, what);
}
result<> write(session& db, const claim_receipts& what) {
    claim(db, what);
    return {};
}
result<> write(session& db, const release_receipts& what) {
    release(db, what);
    return {};
}
result<> write(session& db, const arm_retention& what) {
    arm(db, what);
    return {};
}
result<> write(session& db, const claim_retention& what) {
    claim(db, what);
    return {};
}
result<> write(session& db, const rearm_retention& what) {
    rearm(db, what);
    return {};
}
result<> write(session& db, const claim_key_check& what) {
    claim(db, what);
    return {};
}
result<> write(session& db, const finish_key_check& what) {
    finish(db, what);
    return {};
}
result<> write(session& db, const note_key_check& what) {
    note(db, what);
    return {};
}
result<> write(session& db, const remove_audit& what) {
    return remove(db, what);
}
result<> write(session& db, const remove_receipts& what) {
    remove(db, what);
    return {};
}
result<> write(session& db, const add_audit& what) {
    add(db, what);
    return {};
}
result<> write(session& db, const integrate_audit& what) {
    return integrate(db, what);
}
result<> write(session& db, const sign_audit& what) {
    return sign(db, what);
}

result<> write(session& db, const hold_delivery& what) {
    hold(db, what);
    return {};
}
result<> write(session& db, const drop_delivery& what) {
    drop(db, what);
    return {};
}
result<> write(session& db, const advance_delivery& what) {
    return advance(db, what);
}
result<> write(session& db, const fail_delivery& what) {
    return note_failure(db, what);
}
result<> write(session& db, const rewind_delivery& what) {
    return rewind(db, what);
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
