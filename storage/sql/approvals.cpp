#include "storage/sql/approvals.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "storage/sql/audit.hpp"
#include "storage/sql/rules.hpp"
#include "storage/sql/webhooks.hpp"

// The columns in the order in which read_approval() takes them; the columns of the content follow.
#define TOLLGATE_APPROVAL_COLUMNS                                                         \
    "id, team_id, account_id, server_id, tool, layer, rule, policy_version, reason, "     \
    "request_digest, receipt_id, operation_key, asked_by, token_digest, client, holder, " \
    "needed, state, end_code, end_reason, created_at, expires_at, decided_at, ended_at, " \
    "due_at, attempts, worked_by, by_people, group_names"
#define TOLLGATE_APPROVAL_CONTENT ", key_id, wrapped_key, content"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

constexpr std::string_view erased_content = "";

std::string_view name_of(approval_state state) {
    return approval_state_names[static_cast<std::size_t>(state)];
}

// A state that this version does not know counts as ended.
approval_state approval_state_of(std::string_view name) {
    for (std::size_t i = 0; i < approval_state_names.size(); ++i)
        if (approval_state_names[i] == name) return static_cast<approval_state>(i);
    return approval_state::voided;
}

approval_row read_approval(query& row) {
    approval_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.account_id = row.text();
    out.server_id = row.text();
    out.tool = row.text();
    out.layer = row.text();
    out.rule = row.text();
    out.policy_version = row.integer();
    out.reason = row.text();
    out.request_digest = row.bytes();
    out.receipt_id = row.text();
    out.operation_key = row.text();
    out.asked_by = row.text();
    out.token_digest = row.bytes();
    out.client = row.text();
    out.holder = row.text();
    out.needed = row.integer();
    out.state = approval_state_of(row.text());
    out.end_code = row.text();
    out.end_reason = row.text();
    out.created_at = row.time();
    out.expires_at = row.time();
    out.decided_at = row.optional_time();
    out.ended_at = row.optional_time();
    out.due_at = row.optional_time();
    out.attempts = row.integer();
    out.worked_by = row.text();
    out.by_people = row.integer() != 0;
    out.group_names = row.text();
    return out;
}

approval_row read_with_content(query& row) {
    approval_row out = read_approval(row);
    out.content.key_id = row.text();
    out.content.wrapped_key = row.bytes();
    out.content.ciphertext = row.bytes();
    return out;
}

result<> approval_ended() {
    return fail(errc::conflict, "approval_ended", "this approval has ended");
}

// With many writers, calls of one server that ask for approval wait here for each other, so that
// the count below is exact.
void lock_server(session& db, const approval_row& row) {
    if (db.many_writers())
        db.run("SELECT 1 FROM mcp_servers WHERE team_id = ? AND id = ? FOR NO KEY UPDATE",
               row.team_id, row.server_id);
}

std::int64_t pending_of(session& db, const approval_row& row) {
    query rows{db,
               "SELECT count(*) FROM approvals WHERE team_id = ? AND server_id = ? AND state = "
               "'pending'",
               row.team_id, row.server_id};
    return count_of(rows);
}

std::optional<approval_row> pending_equal(session& db, const approval_row& row) {
    query rows{db,
               "SELECT " TOLLGATE_APPROVAL_COLUMNS
               " FROM approvals WHERE team_id = ? AND server_id = ? AND request_digest = ? AND "
               "state = 'pending'",
               row.team_id, row.server_id, blob{row.request_digest}};
    if (!rows.next()) return {};
    return read_approval(rows);
}

bool insert(session& db, const approval_row& row) {
    return db.run("INSERT INTO approvals (" TOLLGATE_APPROVAL_COLUMNS TOLLGATE_APPROVAL_CONTENT
                  ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                  "?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                  row.id, row.team_id, row.account_id, row.server_id, row.tool, row.layer, row.rule,
                  row.policy_version, row.reason, blob{row.request_digest}, row.receipt_id,
                  row.operation_key, row.asked_by, blob{row.token_digest}, row.client, row.holder,
                  row.needed, name_of(row.state), row.end_code, row.end_reason, row.created_at,
                  row.expires_at, row.decided_at, row.ended_at, row.due_at, row.attempts,
                  row.worked_by, row.by_people, row.group_names, row.content.key_id,
                  blob{row.content.wrapped_key}, blob{row.content.ciphertext}) == 1;
}

// The answer of a key that was removed afterwards does not count.
std::int64_t agreeing_keys(session& db, const vote_approval& change) {
    query rows{db,
               "SELECT count(*) FROM approval_votes v WHERE v.approval_id = ? AND v.team_id = ? "
               "AND v.verdict = 'approve' AND v.approver LIKE 'key%' AND NOT EXISTS (SELECT 1 FROM "
               "removed_api_keys r WHERE r.team_id = v.team_id AND r.id = v.approver)",
               change.id, change.team_id};
    return count_of(rows);
}

// The groups of each person who agrees and may still answer.
std::vector<std::string> agreeing_people(session& db, const vote_approval& change) {
    query rows{db,
               "SELECT p.group_names FROM approval_votes v JOIN people p ON p.team_id = v.team_id "
               "AND p.id = v.approver WHERE v.approval_id = ? AND v.team_id = ? AND v.verdict = "
               "'approve' AND p.role IN ('approver', 'admin')",
               change.id, change.team_id};
    std::vector<std::string> out;
    while (rows.next()) out.push_back(',' + rows.text() + ',');
    return out;
}

// True if a member of each group agrees.
bool all_groups_agree(std::string_view wanted, const std::vector<std::string>& people) {
    while (!wanted.empty()) {
        const std::string_view one = wanted.substr(0, wanted.find(','));
        wanted.remove_prefix(std::min(one.size() + 1, wanted.size()));
        const std::string named = ',' + std::string{one} + ',';
        const bool found = std::ranges::any_of(
            people, [&named](const auto& groups) { return groups.find(named) != groups.npos; });
        if (!found) return false;
    }
    return true;
}

bool enough_agree(session& db, const vote_approval& change, const approval_row& row) {
    const auto people = agreeing_people(db, change);
    const std::int64_t keys = row.by_people ? 0 : agreeing_keys(db, change);
    return static_cast<std::int64_t>(people.size()) + keys >= row.needed &&
           all_groups_agree(row.group_names, people);
}

// An approver who allowed the asking client, personally or with an API key that they created, may
// not answer its requests.
result<> check_approver(session& db, const vote_approval& change, const approval_row& row) {
    if (row.by_people && change.vote.approver.starts_with("key_"))
        return fail(errc::forbidden, "people_only",
                    "the rule asks for people: an API key cannot answer this approval");
    query own{db,
              "SELECT 1 FROM oauth_authorizations WHERE team_id = ? AND (allowed_by = ? OR "
              "allowed_by IN (SELECT id FROM api_keys WHERE team_id = ? AND created_by = ?)) AND "
              "token_hash = ?",
              change.team_id,
              change.vote.approver,
              change.team_id,
              change.vote.approver,
              blob{row.token_digest}};
    if (own.next())
        return fail(errc::forbidden, "asked_yourself",
                    "you allowed the program that asks: somebody else must answer");
    return {};
}

void deny(session& db, const vote_approval& change) {
    const timestamp now = change.vote.voted_at;
    db.run(
        "UPDATE approvals SET state = 'denied', end_code = 'denied', end_reason = ?, decided_at = "
        "?, ended_at = ?, wrapped_key = ?, content = ? WHERE team_id = ? AND id = ?",
        change.vote.reason, now, now, blob{erased_content}, blob{erased_content}, change.team_id,
        change.id);
    announce(db, change.team_id, change.id, name_of(approval_state::denied), now);
}

void approve(session& db, const vote_approval& change) {
    const timestamp now = change.vote.voted_at;
    db.run(
        "UPDATE approvals SET state = 'approved', decided_at = ?, due_at = ? WHERE team_id = ? AND "
        "id = ?",
        now, now, change.team_id, change.id);
    announce(db, change.team_id, change.id, name_of(approval_state::approved), now);
}

}  // namespace

result<> write(session& db, const add_approval& change) {
    lock_server(db, change.row);
    if (auto equal = pending_equal(db, change.row)) {
        *change.existing = std::move(equal);
        return {};
    }
    if (pending_of(db, change.row) >= change.pending_max)
        return fail(errc::limit_exceeded, "too_many_pending",
                    std::to_string(change.pending_max) +
                        " calls of this MCP server wait for approval already");
    if (!insert(db, change.row)) return fail(errc::conflict, "approval_changed", "try again");
    add(db, add_audit{change.audit});
    announce(db, change.row.team_id, change.row.id, "created", change.row.created_at);
    return {};
}

// The first update locks the row: of two simultaneous answers, the second one counts the first.
result<> write(session& db, const vote_approval& change) {
    const timestamp now = change.vote.voted_at;
    const auto open = db.run(
        "UPDATE approvals SET attempts = attempts WHERE team_id = ? AND id = ? AND state = "
        "'pending' AND expires_at > ?",
        change.team_id, change.id, now);
    if (open == 0)
        return find_approval(db, change.team_id, change.id) ? approval_ended()
                                                            : not_found("approval");
    const auto before = find_approval(db, change.team_id, change.id);
    if (!before) return not_found("approval");
    auto may = check_approver(db, change, *before);
    if (!may) return may;
    const std::string_view verdict = change.vote.agreed ? "approve" : "deny";
    db.run(
        "INSERT INTO approval_votes (approval_id, team_id, approver, verdict, reason, voted_at) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (approval_id, approver) DO UPDATE SET verdict = "
        "excluded.verdict, reason = excluded.reason, voted_at = excluded.voted_at",
        change.id, change.team_id, change.vote.approver, verdict, change.vote.reason, now);
    if (!change.vote.agreed)
        deny(db, change);
    else if (enough_agree(db, change, *before))
        approve(db, change);
    if (auto after = find_approval(db, change.team_id, change.id))
        *change.after = std::move(*after);
    return {};
}

result<> write(session& db, const end_approval& change) {
    const auto ended = db.run(
        "UPDATE approvals SET state = ?, end_code = ?, end_reason = ?, ended_at = ?, due_at = "
        "NULL, wrapped_key = ?, content = ? WHERE team_id = ? AND id = ? AND state IN ('pending', "
        "'approved')",
        name_of(change.state), change.code, change.reason, change.now, blob{erased_content},
        blob{erased_content}, change.team_id, change.id);
    if (ended == 0) return approval_ended();
    add(db, add_audit{change.audit});
    announce(db, change.team_id, change.id, name_of(change.state), change.now);
    return {};
}

// The condition on due_at is repeated outside the subquery: if two instances choose the same
// approval, the second one sees that it has moved.
result<> write(session& db, const claim_approvals& change) {
    change.taken->clear();
    query rows{db,
               "UPDATE approvals SET due_at = ?, attempts = attempts + 1, worked_by = ? WHERE "
               "due_at <= ? AND state = 'approved' AND id IN (SELECT a.id FROM approvals a WHERE "
               "a.due_at <= ? AND a.state = 'approved' ORDER BY a.due_at LIMIT ?) "
               "RETURNING " TOLLGATE_APPROVAL_COLUMNS TOLLGATE_APPROVAL_CONTENT,
               change.until,
               change.worked_by,
               change.now,
               change.now,
               change.limit};
    while (rows.next()) change.taken->push_back(read_with_content(rows));
    return {};
}

result<> write(session& db, const postpone_approval& change) {
    db.run(
        "UPDATE approvals SET due_at = ? WHERE team_id = ? AND id = ? AND state = 'approved' AND "
        "attempts = ?",
        change.due_at, change.team_id, change.id, change.attempts);
    return {};
}

result<> write(session& db, const release_approvals& change) {
    db.run(
        "UPDATE approvals SET due_at = ? WHERE due_at > ? AND (? = '' OR (worked_by = ? AND NOT "
        "EXISTS (SELECT 1 FROM instances WHERE id = ?)))",
        change.now, change.now, change.worked_by, change.worked_by, change.worked_by);
    return {};
}

result<> write(session& db, const purge_approvals& change) {
    query removed{db,
                  "DELETE FROM approvals WHERE id IN (SELECT a.id FROM approvals a WHERE "
                  "a.created_at < ? AND a.state NOT IN ('pending', 'approved') ORDER BY "
                  "a.created_at LIMIT 1000) RETURNING id",
                  change.before};
    std::vector<std::string> ids;
    while (removed.next()) ids.push_back(removed.text());
    for (const std::string& id : ids)
        db.run("DELETE FROM approval_votes WHERE approval_id = ?", id);
    return {};
}

result<> use(session& db, const std::string& team_id, const std::string& request_digest,
             const use_approval& what) {
    const auto used = db.run(
        "UPDATE approvals SET state = 'executed', ended_at = ?, due_at = NULL, wrapped_key = ?, "
        "content = ? WHERE team_id = ? AND id = ? AND state = 'approved' AND request_digest = ? "
        "AND expires_at > ?",
        what.now, blob{erased_content}, blob{erased_content}, team_id, what.id,
        blob{request_digest}, what.now);
    if (used == 1) {
        announce(db, team_id, what.id, name_of(approval_state::executed), what.now);
        return {};
    }
    return fail(errc::conflict, "approval_used",
                "the approval of this call was used already, or has ended");
}

std::optional<approval_row> find_approval(session& db, const std::string& team_id,
                                          const std::string& id) {
    query rows{db,
               "SELECT " TOLLGATE_APPROVAL_COLUMNS TOLLGATE_APPROVAL_CONTENT
               " FROM approvals WHERE team_id = ? AND id = ?",
               team_id, id};
    if (!rows.next()) return {};
    return read_with_content(rows);
}

std::vector<approval_row> list_approvals(session& db, const std::string& team_id,
                                         const approval_search& search, const page& where) {
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    const std::string_view state = search.state ? name_of(*search.state) : std::string_view{};
    const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
    query rows{db,
               "SELECT " TOLLGATE_APPROVAL_COLUMNS
               " FROM approvals WHERE team_id = ? AND (? = '' OR state = ?) AND (? = '' OR "
               "server_id = ?) AND (? = '' OR tool = ?) AND (created_at, id) < (?, ?) ORDER BY "
               "created_at DESC, id DESC LIMIT ?",
               team_id,
               state,
               state,
               search.server_id,
               search.server_id,
               search.tool,
               search.tool,
               older,
               where.before_id,
               static_cast<std::int64_t>(where.limit)};
    std::vector<approval_row> out;
    while (rows.next()) out.push_back(read_approval(rows));
    return out;
}

std::vector<approval_vote> list_votes(session& db, const std::string& team_id,
                                      const std::string& id) {
    query rows{db,
               "SELECT approver, verdict, reason, voted_at FROM approval_votes WHERE approval_id = "
               "? AND team_id = ? ORDER BY voted_at, approver",
               id, team_id};
    std::vector<approval_vote> out;
    while (rows.next()) {
        approval_vote one;
        one.approver = rows.text();
        one.agreed = rows.text() == "approve";
        one.reason = rows.text();
        one.voted_at = rows.time();
        out.push_back(std::move(one));
    }
    return out;
}

std::optional<timestamp> next_approval(session& db) {
    query rows{db, "SELECT due_at FROM approvals WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1"};
    return rows.next() ? std::optional{rows.time()} : std::nullopt;
}

// Approved approvals are left to the executor, which checks the MCP server itself.
std::vector<approval_row> list_overdue(session& db, timestamp now, std::int64_t limit) {
    query rows{db,
               "SELECT " TOLLGATE_APPROVAL_COLUMNS
               " FROM approvals a WHERE a.state IN ('pending', 'approved') AND (a.expires_at <= ? "
               "OR (a.state = 'pending' AND NOT EXISTS (SELECT 1 FROM mcp_servers s WHERE "
               "s.team_id = a.team_id AND s.id = a.server_id AND s.revoked_at IS NULL AND "
               "s.expired_at IS NULL))) ORDER BY a.expires_at LIMIT ?",
               now, limit};
    std::vector<approval_row> out;
    while (rows.next()) out.push_back(read_approval(rows));
    return out;
}

std::int64_t count_pending_approvals(session& db) {
    query rows{db, "SELECT count(*) FROM approvals WHERE state = 'pending'"};
    return count_of(rows);
}

}  // namespace tollgate::storage::sql
