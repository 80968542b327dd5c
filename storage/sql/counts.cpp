#include "storage/sql/approvals.hpp"
#include "storage/sql/reads.hpp"
#include "storage/sql/receipts.hpp"

namespace tollgate::storage::sql {

store_counts count_rows(session& db) {
    store_counts out;
    query alarms{db, "SELECT count(*) FROM alarms WHERE kind <> 'retention'"};
    if (alarms.next()) out.alarms = alarms.integer();
    query refused{db, "SELECT count(*) FROM integrated_accounts WHERE needs_reauth_at IS NOT NULL"};
    if (refused.next()) out.accounts_in_reauth = refused.integer();
    out.receipts_unknown = count_unknown_receipts(db);
    out.approvals_pending = count_pending_approvals(db);
    query waiting{db, "SELECT count(*) FROM refund_log WHERE due_at IS NOT NULL"};
    if (waiting.next()) out.refund_lines_waiting = waiting.integer();
    return out;
}

}  // namespace tollgate::storage::sql
