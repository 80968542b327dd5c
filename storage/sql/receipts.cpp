#include "storage/sql/receipts.hpp"

#include <array>
#include <limits>
#include <string_view>

#include "storage/sql/approvals.hpp"
#include "storage/sql/audit.hpp"
#include "storage/sql/caps.hpp"
#include "storage/sql/orders.hpp"

// The columns in the order in which read_receipt() takes them; the columns of the request follow.
#define TOLLGATE_RECEIPT_COLUMNS                                                        \
    "id, team_id, account_id, server_id, tool, connected_account, operation_key, "      \
    "request_digest, argument_digests, state, attempts, sent_by, created_at, sent_at, " \
    "finished_at, "                                                                     \
    "resolve_at, status, error_code, object, object_id, request_id, amount, currency, " \
    "in_metadata, order_id, settled_by, settled_reason"
#define TOLLGATE_RECEIPT_REQUEST ", key_id, wrapped_key, request"

namespace tollgate::storage::sql {

namespace {

std::string_view name_of(receipt_state state) {
    return receipt_state_names[static_cast<std::size_t>(state)];
}

receipt_state state_named(std::string_view name) {
    for (std::size_t i = 0; i < receipt_state_names.size(); ++i)
        if (receipt_state_names[i] == name) return static_cast<receipt_state>(i);
    return receipt_state::unknown;
}

receipt_row read_receipt(query& row) {
    receipt_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.account_id = row.text();
    out.server_id = row.text();
    out.tool = row.text();
    out.connected_account = row.text();
    out.operation_key = row.text();
    out.request_digest = row.bytes();
    out.argument_digests = row.text();
    out.outcome.state = state_named(row.text());
    out.attempts = row.integer();
    out.sent_by = row.text();
    out.created_at = row.time();
    out.sent_at = row.time();
    out.finished_at = row.optional_time();
    out.resolve_at = row.optional_time();
    out.outcome.status = row.integer();
    out.outcome.error_code = row.text();
    out.outcome.object = row.text();
    out.outcome.object_id = row.text();
    out.outcome.request_id = row.text();
    out.outcome.amount = row.optional_integer();
    out.outcome.currency = row.text();
    out.in_metadata = row.integer() != 0;
    out.order_id = row.text();
    out.settled_by = row.text();
    out.settled_reason = row.text();
    return out;
}

receipt_row read_with_request(query& row) {
    receipt_row out = read_receipt(row);
    out.request.key_id = row.text();
    out.request.wrapped_key = row.bytes();
    out.request.ciphertext = row.bytes();
    return out;
}

std::optional<receipt_row> with_key(session& db, const receipt_row& like) {
    query rows{db,
               "SELECT " TOLLGATE_RECEIPT_COLUMNS TOLLGATE_RECEIPT_REQUEST
               " FROM receipts WHERE team_id = ? AND account_id = ? AND operation_key = ?",
               like.team_id, like.account_id, like.operation_key};
    if (!rows.next()) return {};
    return read_with_request(rows);
}

std::optional<receipt_row> equal_to(session& db, const receipt_row& like, timestamp since) {
    query rows{db,
               "SELECT " TOLLGATE_RECEIPT_COLUMNS
               " FROM receipts WHERE team_id = ? AND account_id = ? AND request_digest = ? AND "
               "created_at >= ? AND id <> ? AND state <> 'failed' ORDER BY created_at DESC LIMIT 1",
               like.team_id,
               like.account_id,
               blob{like.request_digest},
               since,
               like.id};
    if (!rows.next()) return {};
    return read_receipt(rows);
}

bool resolved(receipt_state state) {
    return state == receipt_state::succeeded || state == receipt_state::failed;
}

// True if the writes of that MCP server are not stopped.
bool may_write(session& db, const std::string& team_id, const std::string& account_id,
               const std::string& server_id) {
    query rows{
        db,
        "SELECT 1 FROM mcp_servers s JOIN integrated_accounts a ON a.team_id = s.team_id AND "
        "a.id = s.account_id JOIN teams t ON t.id = s.team_id WHERE s.team_id = ? AND "
        "s.account_id = ? AND s.id = ? AND s.revoked_at IS NULL AND s.suspended_at IS NULL "
        "AND a.frozen_at IS NULL AND a.suspended_at IS NULL AND t.frozen_at IS NULL AND "
        "t.suspended_at IS NULL",
        team_id, account_id, server_id};
    return rows.next();
}

base::result<> writes_stopped() {
    return base::fail(base::errc::conflict, "writes_stopped",
                      "the writes of this MCP server were stopped a moment ago: it was revoked, or "
                      "it, its account or its team was suspended or frozen");
}

// A condition as a bound value. It is text, because PostgreSQL would treat a number compared with a
// literal as one of four bytes.
std::string_view yes(bool condition) {
    return condition ? "yes" : "";
}

}  // namespace

base::result<> begin(session& db, const begin_receipt& change) {
    const receipt_row& row = change.row;
    const receipt_outcome& outcome = row.outcome;
    constexpr std::optional<std::int64_t> no_order;  // hold_order() names it
    const auto added = db.run(
        "INSERT INTO receipts (" TOLLGATE_RECEIPT_COLUMNS TOLLGATE_RECEIPT_REQUEST
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?) "
        "ON CONFLICT (team_id, account_id, operation_key) DO NOTHING",
        row.id, row.team_id, row.account_id, row.server_id, row.tool, row.connected_account,
        row.operation_key, blob{row.request_digest}, row.argument_digests, name_of(outcome.state),
        row.attempts, row.sent_by, row.created_at, row.sent_at, row.finished_at, row.resolve_at,
        outcome.status, outcome.error_code, outcome.object, outcome.object_id, outcome.request_id,
        outcome.amount, outcome.currency, row.in_metadata, no_order, row.settled_by,
        row.settled_reason, row.request.key_id, blob{row.request.wrapped_key},
        blob{row.request.ciphertext});
    if (added == 0) {
        change.begun->existing = with_key(db, row);
        return {};
    }
    if (!may_write(db, row.team_id, row.account_id, row.server_id)) return writes_stopped();
    if (change.approval) {
        auto used = use(db, row.team_id, row.request_digest, *change.approval);
        if (!used) return used;
    }
    auto reserved = reserve(db, row.id, change.caps);
    if (!reserved) return reserved;
    if (change.order) {
        auto room = hold_order(db, row, *change.order);
        if (!room) return room;
    }
    add(db, add_audit{change.audit});
    change.begun->equal = equal_to(db, row, change.equal_since);
    return {};
}

base::result<> retake(session& db, const retake_receipt& change) {
    const auto changed = db.run(
        "UPDATE receipts SET state = 'intended', attempts = attempts + 1, sent_at = ?, "
        "finished_at = NULL, resolve_at = ?, sent_by = ? "
        "WHERE team_id = ? AND id = ? AND attempts = ? AND state <> 'succeeded' "
        "AND (state <> 'unknown' OR finished_at IS NOT NULL) AND settled_by = ''",
        change.sent_at, change.resolve_at, change.sent_by, change.team_id, change.id,
        change.attempts);
    if (changed == 1 && change.request)
        db.run(
            "UPDATE receipts SET key_id = ?, wrapped_key = ?, request = ? WHERE team_id = ? "
            "AND id = ?",
            change.request->key_id, blob{change.request->wrapped_key},
            blob{change.request->ciphertext}, change.team_id, change.id);
    if (changed == 1 && change.by_call) {
        query of{
            db,
            "SELECT team_id, account_id, request_digest, server_id FROM receipts WHERE team_id = "
            "? AND id = ?",
            change.team_id, change.id};
        if (!of.next()) return writes_stopped();
        const std::string team = of.text();
        const std::string account = of.text();
        const std::string digest = of.bytes();
        if (!may_write(db, team, account, of.text())) return writes_stopped();
        if (change.approval) {
            auto used = use(db, team, digest, *change.approval);
            if (!used) return used;
        }
        auto reserved = reserve(db, change.id, change.caps);
        if (!reserved || !change.order) return reserved;
        receipt_row held;
        held.id = change.id;
        held.team_id = team;
        held.account_id = account;
        return hold_order(db, held, *change.order);
    }
    if (changed == 1) return {};
    return base::fail(base::errc::conflict, "receipt_changed",
                      "another attempt of this write has begun or ended meanwhile");
}

void finish(session& db, const finish_receipt& change) {
    const receipt_outcome& outcome = change.outcome;
    const bool succeeded = outcome.state == receipt_state::succeeded;
    const bool over = resolved(outcome.state) || !change.resolve_at;
    const std::optional<timestamp> again = over ? std::nullopt : change.resolve_at;
    constexpr std::string_view erased = "";
    query ended{
        db,
        "UPDATE receipts SET state = ?, finished_at = ?, resolve_at = ?, status = ?, error_code = "
        "?, object = ?, object_id = ?, request_id = ?, amount = ?, currency = ?, "
        "wrapped_key = CASE WHEN ? = 'yes' THEN ? ELSE wrapped_key END, "
        "request = CASE WHEN ? = 'yes' THEN ? ELSE request END WHERE team_id = ? "
        "AND id = ? AND state IN ('intended', 'unknown') AND (attempts = ? OR ? = 'yes') RETURNING "
        "order_id",
        name_of(outcome.state),
        change.finished_at,
        again,
        outcome.status,
        outcome.error_code,
        outcome.object,
        outcome.object_id,
        outcome.request_id,
        outcome.amount,
        outcome.currency,
        yes(over),
        blob{erased},
        yes(over),
        blob{erased},
        change.team_id,
        change.id,
        change.attempts,
        yes(succeeded)};
    if (!ended.next()) return;
    const bool of_order = !ended.text().empty();
    while (ended.next()) continue;  // the statement ends before the next one begins
    settle(db, change.id, outcome);
    if (succeeded && of_order)
        record_refund(db, change.team_id, change.id, outcome, change.finished_at);
}

base::result<> settle_by_person(session& db, const settle_receipt& change) {
    const receipt_outcome& outcome = change.outcome;
    constexpr std::string_view erased = "";
    query ended{db,
                "UPDATE receipts SET state = ?, finished_at = ?, resolve_at = NULL, error_code = "
                "?, object_id = ?, wrapped_key = ?, request = ?, settled_by = ?, settled_reason = "
                "? WHERE team_id = ? AND id = ? AND attempts = ? AND state = 'unknown' AND "
                "finished_at IS NOT NULL RETURNING order_id",
                name_of(outcome.state),
                change.finished_at,
                outcome.error_code,
                outcome.object_id,
                blob{erased},
                blob{erased},
                change.settled_by,
                change.settled_reason,
                change.team_id,
                change.id,
                change.attempts};
    if (!ended.next())
        return base::fail(base::errc::conflict, "receipt_changed",
                          "the outcome of this write has become known meanwhile, or is being "
                          "looked for");
    const bool of_order = !ended.text().empty();
    while (ended.next()) continue;  // the statement ends before the next one begins
    settle(db, change.id, outcome);
    if (of_order && outcome.state == receipt_state::succeeded)
        record_refund(db, change.team_id, change.id, outcome, change.finished_at);
    add(db, add_audit{{change.audit}});
    return {};
}

// A receipt that is claimed has no finished_at: an attempt to find out its outcome is running.
// The condition on resolve_at is repeated outside: of two instances that chose the same receipt,
// the second one finds it moved.
void claim(session& db, const claim_receipts& change) {
    query rows{db,
               "UPDATE receipts SET resolve_at = ?, attempts = attempts + 1, sent_by = ?, "
               "finished_at = NULL WHERE resolve_at <= ? "
               "AND id IN (SELECT r.id FROM receipts r WHERE r.resolve_at <= ? ORDER BY "
               "r.resolve_at LIMIT ?) RETURNING " TOLLGATE_RECEIPT_COLUMNS TOLLGATE_RECEIPT_REQUEST,
               change.until,
               change.sent_by,
               change.now,
               change.now,
               change.limit};
    while (rows.next()) change.taken->push_back(read_with_request(rows));
}

void release(session& db, const release_receipts& change) {
    db.run(
        "UPDATE receipts SET resolve_at = ? WHERE resolve_at > ? AND (? = '' OR (sent_by = ? AND "
        "NOT EXISTS (SELECT 1 FROM instances WHERE id = ?)))",
        change.now, change.now, change.sent_by, change.sent_by, change.sent_by);
}

std::optional<receipt_row> find_receipt(session& db, const std::string& team_id,
                                        const std::string& id) {
    query rows{db,
               "SELECT " TOLLGATE_RECEIPT_COLUMNS TOLLGATE_RECEIPT_REQUEST
               " FROM receipts WHERE team_id = ? AND id = ?",
               team_id, id};
    if (!rows.next()) return {};
    return read_with_request(rows);
}

std::vector<receipt_row> list_receipts(session& db, const std::string& team_id,
                                       const receipt_search& search, const page& where) {
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    const std::string_view state = search.state ? name_of(*search.state) : std::string_view{};
    const std::int64_t from = search.from ? base::to_unix_ms(*search.from) : least;
    const std::int64_t before = search.before ? base::to_unix_ms(*search.before) : latest;
    const std::string_view by_amount = yes(search.amount_min || search.amount_max);
    const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
    query rows{
        db,
        "SELECT " TOLLGATE_RECEIPT_COLUMNS
        " FROM receipts WHERE team_id = ? AND (? = '' OR account_id = ?) AND (? = '' OR "
        "server_id = ?) AND (? = '' OR tool = ?) AND (? = '' OR state = ?) AND (? = '' OR "
        "object_id = ?) AND (? = '' OR operation_key = ?) AND created_at >= ? AND "
        "created_at < ? AND (? = '' OR (amount >= ? AND amount <= ?)) AND (created_at, id) < "
        "(?, ?) ORDER BY created_at DESC, id DESC LIMIT ?",
        team_id,
        search.account_id,
        search.account_id,
        search.server_id,
        search.server_id,
        search.tool,
        search.tool,
        state,
        state,
        search.object_id,
        search.object_id,
        search.operation_key,
        search.operation_key,
        from,
        before,
        by_amount,
        search.amount_min.value_or(least),
        search.amount_max.value_or(latest),
        older,
        where.before_id,
        static_cast<std::int64_t>(where.limit)};
    std::vector<receipt_row> out;
    while (rows.next()) out.push_back(read_receipt(rows));
    return out;
}

std::optional<timestamp> next_receipt(session& db) {
    query rows{db,
               "SELECT resolve_at FROM receipts WHERE resolve_at IS NOT NULL ORDER BY resolve_at "
               "LIMIT 1"};
    return rows.next() ? std::optional{rows.time()} : std::nullopt;
}

std::int64_t count_unknown_receipts(session& db) {
    query rows{db, "SELECT count(*) FROM receipts WHERE state = 'unknown'"};
    return rows.next() ? rows.integer() : 0;
}

}  // namespace tollgate::storage::sql
