#include "storage/sql/webhooks.hpp"

#include <limits>
#include <utility>

#include "storage/sql/rules.hpp"

#define TOLLGATE_WEBHOOK_COLUMNS                                                             \
    "id, team_id, name, format, host, events, created_by, created_at, key_id, wrapped_key, " \
    "content"
#define TOLLGATE_WEBHOOK_DELIVERY_COLUMNS                                                    \
    "webhook_id, id, team_id, approval_id, event, state, attempts, last_error, created_at, " \
    "due_at, delivered_at"

namespace tollgate::storage::sql {

namespace {

using base::errc;
using base::fail;
using base::result;

std::string_view state_name(webhook_delivery_state state) {
    return webhook_delivery_state_names.at(static_cast<std::size_t>(state));
}

// A delivery with a state that this version does not know is not sent.
webhook_delivery_state delivery_state_of(std::string_view name) {
    for (std::size_t i = 0; i < webhook_delivery_state_names.size(); ++i)
        if (webhook_delivery_state_names.at(i) == name)
            return static_cast<webhook_delivery_state>(i);
    return webhook_delivery_state::given_up;
}

webhook_row read_webhook(query& row) {
    webhook_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.name = row.text();
    out.format = row.text();
    out.host = row.text();
    out.events = row.text();
    out.created_by = row.text();
    out.created_at = row.time();
    out.content.key_id = row.text();
    out.content.wrapped_key = row.bytes();
    out.content.ciphertext = row.bytes();
    return out;
}

std::vector<webhook_row> read_webhooks(query& rows) {
    std::vector<webhook_row> out;
    while (rows.next()) out.push_back(read_webhook(rows));
    return out;
}

webhook_delivery_row read_delivery(query& row) {
    webhook_delivery_row out;
    out.webhook_id = row.text();
    out.id = row.text();
    out.team_id = row.text();
    out.approval_id = row.text();
    out.event = row.text();
    out.state = delivery_state_of(row.text());
    out.attempts = row.integer();
    out.last_error = row.text();
    out.created_at = row.time();
    out.due_at = row.optional_time();
    out.delivered_at = row.optional_time();
    return out;
}

std::int64_t webhooks_of(session& db, const std::string& team_id) {
    // With many writers, additions wait here for each other, so that the count is exact.
    if (db.many_writers()) db.run("SELECT 1 FROM teams WHERE id = ? FOR NO KEY UPDATE", team_id);
    query rows{db, "SELECT count(*) FROM webhooks WHERE team_id = ?", team_id};
    return rows.next() ? rows.integer() : 0;
}

}  // namespace

result<> write(session& db, const add_webhook& change) {
    const webhook_row& row = change.row;
    if (webhooks_of(db, row.team_id) >= change.most)
        return fail(errc::limit_exceeded, "limit_reached",
                    "a team has at most " + std::to_string(change.most) + " webhooks");
    db.run("INSERT INTO webhooks (" TOLLGATE_WEBHOOK_COLUMNS
           ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           row.id, row.team_id, row.name, row.format, row.host, row.events, row.created_by,
           row.created_at, row.content.key_id, blob{row.content.wrapped_key},
           blob{row.content.ciphertext});
    return {};
}

// The webhook's row is locked against announce() first, so that no delivery is added during the
// removal.
result<> write(session& db, const remove_webhook& change) {
    if (db.many_writers())
        db.run("SELECT 1 FROM webhooks WHERE team_id = ? AND id = ? FOR UPDATE", change.team_id,
               change.id);
    const auto found = db.run("UPDATE webhooks SET name = name WHERE team_id = ? AND id = ?",
                              change.team_id, change.id);
    if (found == 0) return not_found("webhook");
    db.run("DELETE FROM webhook_deliveries WHERE webhook_id = ?", change.id);
    db.run("DELETE FROM webhooks WHERE team_id = ? AND id = ?", change.team_id, change.id);
    return {};
}

// The condition on due_at is repeated outside the subquery: if two instances choose the same
// delivery, the second one sees that it has moved.
result<> write(session& db, const claim_webhook_delivery& change) {
    query rows{db,
               "UPDATE webhook_deliveries SET due_at = ?, attempts = attempts + 1 WHERE "
               "webhook_id = ? AND due_at <= ? AND id IN (SELECT d.id FROM webhook_deliveries d "
               "WHERE d.webhook_id = ? AND d.due_at <= ? ORDER BY d.due_at, d.created_at, d.id "
               "LIMIT 1) RETURNING " TOLLGATE_WEBHOOK_DELIVERY_COLUMNS,
               change.until,
               change.webhook_id,
               change.now,
               change.webhook_id,
               change.now};
    *change.taken = rows.next() ? std::optional{read_delivery(rows)} : std::nullopt;
    return {};
}

result<> write(session& db, const finish_webhook_delivery& change) {
    const webhook_delivery_row& row = change.row;
    db.run(
        "UPDATE webhook_deliveries SET state = ?, last_error = ?, due_at = ?, delivered_at = ? "
        "WHERE webhook_id = ? AND id = ? AND attempts = ? AND state = 'waiting'",
        state_name(row.state), row.last_error, row.due_at, row.delivered_at, row.webhook_id, row.id,
        row.attempts);
    return {};
}

result<> write(session& db, const repeat_webhook_delivery& change) {
    const auto repeated = db.run(
        "UPDATE webhook_deliveries SET state = 'waiting', due_at = ? WHERE team_id = ? AND "
        "webhook_id = ? AND id = ?",
        change.now, change.team_id, change.webhook_id, change.id);
    if (repeated == 0) return not_found("delivery");
    return {};
}

result<> write(session& db, const purge_webhook_deliveries& change) {
    query old{db,
              "SELECT webhook_id, id FROM webhook_deliveries WHERE created_at < ? ORDER BY "
              "created_at LIMIT 1000",
              change.before};
    std::vector<std::pair<std::string, std::string>> ids;
    while (old.next()) {
        std::string webhook = old.text();
        ids.emplace_back(std::move(webhook), old.text());
    }
    for (const auto& [webhook, id] : ids)
        db.run("DELETE FROM webhook_deliveries WHERE webhook_id = ? AND id = ?", webhook, id);
    return {};
}

void announce(session& db, const std::string& team_id, const std::string& approval_id,
              std::string_view event, timestamp now) {
    std::vector<std::string> ids;
    {
        const std::string wanted = ' ' + std::string{event} + ' ';
        query rows{db,
                   db.many_writers()
                       ? "SELECT id, events FROM webhooks WHERE team_id = ? FOR KEY SHARE"
                       : "SELECT id, events FROM webhooks WHERE team_id = ?",
                   team_id};
        while (rows.next()) {
            std::string id = rows.text();
            const std::string events = rows.text();
            if (events.find(wanted) != std::string::npos) ids.push_back(std::move(id));
        }
    }
    const std::string id = approval_id + '_' + std::string{event};
    constexpr std::int64_t no_attempts = 0;
    constexpr std::string_view no_error;
    for (const std::string& webhook : ids)
        db.run(
            "INSERT INTO webhook_deliveries (webhook_id, id, team_id, approval_id, event, state, "
            "attempts, last_error, created_at, due_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, "
            "?) ON CONFLICT (webhook_id, id) DO NOTHING",
            webhook, id, team_id, approval_id, event, no_attempts, no_error, now, now);
}

std::optional<webhook_row> find_webhook(session& db, const std::string& team_id,
                                        const std::string& id) {
    query rows{db, "SELECT " TOLLGATE_WEBHOOK_COLUMNS " FROM webhooks WHERE team_id = ? AND id = ?",
               team_id, id};
    if (!rows.next()) return {};
    return read_webhook(rows);
}

std::vector<webhook_row> list_webhooks(session& db, const std::string& team_id) {
    query rows{db,
               "SELECT " TOLLGATE_WEBHOOK_COLUMNS
               " FROM webhooks WHERE team_id = ? ORDER BY created_at, id",
               team_id};
    return read_webhooks(rows);
}

std::vector<webhook_delivery_row> list_webhook_deliveries(session& db, const std::string& team_id,
                                                          const std::string& webhook_id,
                                                          const page& where) {
    constexpr auto latest = std::numeric_limits<std::int64_t>::max();
    const std::int64_t older = where.before ? base::to_unix_ms(*where.before) : latest;
    query rows{db,
               "SELECT " TOLLGATE_WEBHOOK_DELIVERY_COLUMNS
               " FROM webhook_deliveries WHERE team_id = ? AND webhook_id = ? AND (created_at, id) "
               "< (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?",
               team_id,
               webhook_id,
               older,
               where.before_id,
               static_cast<std::int64_t>(where.limit)};
    std::vector<webhook_delivery_row> out;
    while (rows.next()) out.push_back(read_delivery(rows));
    return out;
}

std::vector<webhook_row> list_webhooks_due(session& db, timestamp now, std::int64_t limit) {
    query rows{db,
               "SELECT " TOLLGATE_WEBHOOK_COLUMNS
               " FROM webhooks JOIN (SELECT webhook_id, min(due_at) AS oldest FROM "
               "webhook_deliveries WHERE due_at <= ? GROUP BY webhook_id) AS due ON "
               "due.webhook_id = webhooks.id ORDER BY due.oldest, id LIMIT ?",
               now, limit};
    return read_webhooks(rows);
}

}  // namespace tollgate::storage::sql
