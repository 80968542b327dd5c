#include "storage/sql/reads.hpp"

#include <limits>
#include <span>
#include <vector>

#include "base/text.hpp"
#include "storage/sql/stored_mode.hpp"

// The columns of the SELECT lists below are in the order in which the read_… functions take them.
#define TOLLGATE_TEAM_COLUMNS                                                     \
    "id, name, created_at, frozen_at, suspended_at, receipt_retention_days, "     \
    "audit_retention_days, audit_legal_hold, audit_arguments, receipt_metadata, " \
    "allow_live_writes, policy_changes"
#define TOLLGATE_API_KEY_COLUMNS                                                               \
    "id, team_id, name, role, instance_owner, pepper_id, token_hash, key_prefix, created_by, " \
    "created_at, last_used_at"
#define TOLLGATE_ACCOUNT_COLUMNS                                                                  \
    "a.id, a.team_id, a.name, a.mode, a.kind, a.last4, a.key_id, a.wrapped_key, a.credential, "   \
    "a.stripe_account, a.stripe_version, a.tags, a.created_by, a.created_at, a.updated_at, "      \
    "a.version, a.connected_accounts, a.needs_reauth_at, a.frozen_at, a.suspended_at, a.orders, " \
    "a.service_url, a.service_auth, a.service_header, a.key_checked_at, a.key_check"
#define TOLLGATE_SERVER_COLUMNS                                                             \
    "s.id, s.team_id, s.account_id, s.name, s.config, s.expires_at, s.token_prefix, "       \
    "s.created_by, s.created_at, s.updated_at, s.revoked_at, s.last_used_at, s.use_count, " \
    "s.version, s.expired_at, s.suspended_at, s.holder, s.old_token_prefix, "               \
    "s.old_token_expires_at"
// Since when its account and its team have been suspended, and whether the team allows live writes.
#define TOLLGATE_SUSPENDED_ABOVE                                                                \
    ", (SELECT x.suspended_at FROM integrated_accounts x WHERE x.team_id = s.team_id AND x.id " \
    "= s.account_id), (SELECT x.suspended_at FROM teams x WHERE x.id = s.team_id), (SELECT "    \
    "x.allow_live_writes FROM teams x WHERE x.id = s.team_id)"
// Newest first, strictly older than the two bound values; the third value is the number of rows.
#define TOLLGATE_PAGE(T) \
    " AND (" T "created_at, " T "id) < (?, ?) ORDER BY " T "created_at DESC, " T "id DESC LIMIT ?"

// Names that contain a text, ignoring the case of ASCII letters; '!' before a character makes it
// literal.
#define TOLLGATE_LIKE(COLUMN) "lower(" COLUMN ") LIKE ? ESCAPE '!'"
// API keys and people, including removed ones.
#define TOLLGATE_NAMED_KEYS \
    "SELECT k.id FROM api_keys k WHERE k.team_id = s.team_id AND " TOLLGATE_LIKE("k.name")  \
    " UNION ALL SELECT r.id FROM removed_api_keys r WHERE r.team_id = s.team_id AND "       \
    TOLLGATE_LIKE("r.name")                                                                 \
    " UNION ALL SELECT p.id FROM people p WHERE p.team_id = s.team_id AND "                 \
    TOLLGATE_LIKE("p.name")                                                                 \
    " UNION ALL SELECT q.id FROM removed_people q WHERE q.team_id = s.team_id AND "         \
    TOLLGATE_LIKE("q.name")
// Each condition is ignored if its value is empty.
#define TOLLGATE_SEARCH \
    "SELECT " TOLLGATE_SERVER_COLUMNS TOLLGATE_SUSPENDED_ABOVE                                  \
    " FROM mcp_servers s"                                                                       \
    " JOIN integrated_accounts a ON a.team_id = s.team_id AND a.id = s.account_id"              \
    " WHERE s.team_id = ? AND (? = '' OR " TOLLGATE_LIKE("s.name") " OR " TOLLGATE_LIKE("a.name") \
    " OR EXISTS (SELECT 1 FROM oauth_authorizations z WHERE z.team_id = s.team_id AND "         \
    "z.server_id = s.id AND " TOLLGATE_LIKE("z.client_name")                                    \
    ") OR EXISTS (SELECT 1 FROM oauth_clients c WHERE c.team_id = s.team_id AND "               \
    "c.server_id = s.id AND " TOLLGATE_LIKE("c.name")                                           \
    ")) AND (? = '' OR s.created_by = ? OR s.created_by IN (" TOLLGATE_NAMED_KEYS               \
    ") OR EXISTS (SELECT 1 FROM oauth_authorizations z WHERE z.team_id = s.team_id AND "        \
    "z.server_id = s.id AND (z.allowed_by = ? OR z.allowed_by IN (" TOLLGATE_NAMED_KEYS "))))"  \
    " AND (? = '' OR " TOLLGATE_LIKE("s.holder") ") AND (? = '' OR s.account_id = ?)"           \
    " AND (? = '' OR s.revoked_at IS NULL)"                                                     \
    " AND (? = '' OR (s.expires_at < ? AND s.revoked_at IS NULL AND s.expired_at IS NULL))" \
    " AND (? = '' OR s.config LIKE '%\"exceptions\":[{%')"
#define TOLLGATE_BY_PREFIX                                                                       \
    " AND s.id IN (SELECT i.id FROM mcp_servers i WHERE i.team_id = ? AND i.token_prefix >= ? "  \
    "AND i.token_prefix < ? UNION SELECT t.server_id FROM mcp_tokens t WHERE t.team_id = ? AND " \
    "t.token_prefix >= ? AND t.token_prefix < ?)"

namespace tollgate::storage::sql {

namespace {

team_row read_team(query& row) {
    team_row out;
    out.id = row.text();
    out.name = row.text();
    out.created_at = row.time();
    out.frozen_at = row.optional_time();
    out.suspended_at = row.optional_time();
    out.settings.receipt_retention_days = row.integer();
    out.settings.audit_retention_days = row.optional_integer();
    out.settings.audit_legal_hold = row.integer() != 0;
    out.settings.audit_arguments = row.text();
    out.settings.receipt_metadata = row.integer() != 0;
    out.settings.allow_live_writes = row.integer() != 0;
    out.settings.policy_changes = row.text();
    return out;
}

api_key_row read_api_key(query& row) {
    api_key_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.name = row.text();
    out.role = row.text();
    out.instance_owner = row.integer() != 0;
    out.token.pepper_id = row.text();
    out.token.digest = row.bytes();
    out.key_prefix = row.text();
    out.created_by = row.text();
    out.created_at = row.time();
    out.last_used_at = row.optional_time();
    return out;
}

sealed_blob read_sealed(query& row) {
    sealed_blob out;
    out.key_id = row.text();
    out.wrapped_key = row.bytes();
    out.ciphertext = row.bytes();
    return out;
}

account_row read_account(query& row) {
    account_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.name = row.text();
    out.mode = read_mode(row.text(), out.id);
    out.kind = row.text();
    out.last4 = row.text();
    out.credential = read_sealed(row);
    out.stripe_account = row.text();
    out.stripe_version = row.text();
    out.tags = row.text();
    out.created_by = row.text();
    out.created_at = row.time();
    out.updated_at = row.time();
    out.version = row.integer();
    out.connected_accounts = row.text();
    out.needs_reauth_at = row.optional_time();
    out.frozen_at = row.optional_time();
    out.suspended_at = row.optional_time();
    out.orders = row.text();
    out.service_url = row.text();
    out.service_auth = row.text();
    out.service_header = row.text();
    out.key_checked_at = row.optional_time();
    out.key_check = row.text();
    return out;
}

server_row read_server(query& row) {
    server_row out;
    out.id = row.text();
    out.team_id = row.text();
    out.account_id = row.text();
    out.name = row.text();
    out.config = row.text();
    out.expires_at = row.optional_time();
    out.token_prefix = row.text();
    out.created_by = row.text();
    out.created_at = row.time();
    out.updated_at = row.time();
    out.revoked_at = row.optional_time();
    out.last_used_at = row.optional_time();
    out.use_count = row.integer();
    out.version = row.integer();
    out.expired_at = row.optional_time();
    out.suspended_at = row.optional_time();
    out.holder = row.text();
    out.old_token_prefix = row.text();
    out.old_token_expires_at = row.optional_time();
    return out;
}

server_row read_shown_server(query& row) {
    server_row out = read_server(row);
    out.account_suspended_at = row.optional_time();
    out.team_suspended_at = row.optional_time();
    out.team_allow_live_writes = row.integer() != 0;
    return out;
}

// The bound values of TOLLGATE_PAGE: without a position, the latest possible time.
struct bounds {
    explicit bounds(const page& where)
        : before(where.before ? base::to_unix_ms(*where.before)
                              : std::numeric_limits<std::int64_t>::max()),
          limit(static_cast<std::int64_t>(where.limit)) {}
    std::int64_t before;
    std::int64_t limit;
};

// The LIKE pattern for "contains this text, in any case".
std::string containing(std::string_view text) {
    std::string out = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!') out += '!';
        out += base::to_lower(c);
    }
    return out + "%";
}

template <typename Row>
std::optional<Row> first(query& rows, Row (*read)(query&)) {
    if (!rows.next()) return {};
    return read(rows);
}

template <typename Row>
std::vector<Row> all(query& rows, Row (*read)(query&)) {
    std::vector<Row> out;
    while (rows.next()) out.push_back(read(rows));
    return out;
}

}  // namespace

bool any_team(session& db) {
    query rows{db, "SELECT 1 FROM teams LIMIT 1"};
    return rows.next();
}

bool any_live_account(session& db) {
    query rows{db, "SELECT 1 FROM integrated_accounts WHERE mode = 'live' LIMIT 1"};
    return rows.next();
}

std::optional<team_row> find_team(session& db, const std::string& id) {
    query rows{db, "SELECT " TOLLGATE_TEAM_COLUMNS " FROM teams WHERE id = ?", id};
    return first(rows, read_team);
}

std::vector<team_row> list_teams(session& db, const page& where) {
    const bounds edge{where};
    query rows{db, "SELECT " TOLLGATE_TEAM_COLUMNS " FROM teams WHERE true" TOLLGATE_PAGE(""),
               edge.before, where.before_id, edge.limit};
    return all(rows, read_team);
}

std::optional<api_key_row> find_api_key(session& db, const std::string& team_id,
                                        const std::string& id) {
    query rows{db, "SELECT " TOLLGATE_API_KEY_COLUMNS " FROM api_keys WHERE team_id = ? AND id = ?",
               team_id, id};
    return first(rows, read_api_key);
}

std::vector<api_key_row> list_api_keys(session& db, const std::string& team_id, const page& where) {
    const bounds edge{where};
    query rows{db,
               "SELECT " TOLLGATE_API_KEY_COLUMNS
               " FROM api_keys WHERE team_id = ?" TOLLGATE_PAGE(""),
               team_id,
               edge.before,
               where.before_id,
               edge.limit};
    return all(rows, read_api_key);
}

std::optional<api_key_row> find_api_key_by_token(session& db,
                                                 const std::vector<token_hash>& candidates) {
    for (const token_hash& candidate : candidates) {
        query rows{db,
                   "SELECT " TOLLGATE_API_KEY_COLUMNS
                   " FROM api_keys WHERE token_hash = ? AND pepper_id = ?",
                   blob{candidate.digest}, candidate.pepper_id};
        if (auto row = first(rows, read_api_key)) return row;
    }
    return {};
}

std::optional<account_row> find_account(session& db, const std::string& team_id,
                                        const std::string& id) {
    query rows{db,
               "SELECT " TOLLGATE_ACCOUNT_COLUMNS
               " FROM integrated_accounts a WHERE a.team_id = ? AND a.id = ?",
               team_id, id};
    return first(rows, read_account);
}

std::vector<account_row> list_accounts(session& db, const std::string& team_id,
                                       const std::string& text, const page& where) {
    const bounds edge{where};
    const std::string pattern = containing(text);
    query rows{db,
               "SELECT " TOLLGATE_ACCOUNT_COLUMNS
               " FROM integrated_accounts a WHERE a.team_id = ? AND (? = '' OR a.last4 = ? "
               "OR " TOLLGATE_LIKE("a.name") ")" TOLLGATE_PAGE("a."),
               team_id,
               text,
               text,
               pattern,
               edge.before,
               where.before_id,
               edge.limit};
    return all(rows, read_account);
}

std::optional<server_row> find_server(session& db, const std::string& team_id,
                                      const std::string& account_id, const std::string& id) {
    query rows{db,
               "SELECT " TOLLGATE_SERVER_COLUMNS TOLLGATE_SUSPENDED_ABOVE
               " FROM mcp_servers s WHERE s.team_id = ? AND s.account_id = ? AND s.id = ?",
               team_id, account_id, id};
    return first(rows, read_shown_server);
}

std::vector<server_row> list_servers(session& db, const std::string& team_id,
                                     const std::string& account_id, const page& where) {
    const bounds edge{where};
    query rows{db,
               "SELECT " TOLLGATE_SERVER_COLUMNS TOLLGATE_SUSPENDED_ABOVE
               " FROM mcp_servers s WHERE s.team_id = ? AND s.account_id = ?" TOLLGATE_PAGE("s."),
               team_id,
               account_id,
               edge.before,
               where.before_id,
               edge.limit};
    return all(rows, read_shown_server);
}

std::optional<described_server_row> describe_server(session& db, const std::string& id) {
    query rows{db,
               "SELECT a.name, a.mode, o.name, o.allow_live_writes, " TOLLGATE_SERVER_COLUMNS
               " FROM mcp_servers s"
               " JOIN integrated_accounts a ON a.team_id = s.team_id AND a.id = s.account_id"
               " JOIN teams o ON o.id = s.team_id WHERE s.id = ?",
               id};
    if (!rows.next()) return {};
    described_server_row out;
    out.account_name = rows.text();
    const std::string mode = rows.text();
    out.team_name = rows.text();
    out.team_allow_live_writes = rows.integer() != 0;
    out.server = read_server(rows);
    out.account_mode = read_mode(mode, out.server.account_id);
    return out;
}

std::vector<std::string> server_ids(session& db, const std::string& team_id,
                                    const std::string& account_id) {
    query rows{db, "SELECT id FROM mcp_servers WHERE team_id = ? AND account_id = ?", team_id,
               account_id};
    std::vector<std::string> out;
    while (rows.next()) out.push_back(rows.text());
    return out;
}

std::optional<grant_row> find_grant(session& db, const std::vector<token_hash>& candidates) {
    for (const token_hash& candidate : candidates) {
        query rows{
            db,
            "SELECT t.expires_at, t.scope, o.frozen_at, o.suspended_at, o.audit_arguments, "
            "o.receipt_metadata, o.allow_live_writes, coalesce(pt.version, 0), coalesce(pt.rules, "
            "''), coalesce(pa.version, 0), coalesce(pa.rules, ''), coalesce(d.version, 0), "
            "coalesce(d.document, ''), " TOLLGATE_SERVER_COLUMNS ", " TOLLGATE_ACCOUNT_COLUMNS
            " FROM mcp_tokens t"
            " JOIN mcp_servers s ON s.team_id = t.team_id AND s.id = t.server_id"
            " JOIN integrated_accounts a ON a.team_id = s.team_id AND a.id = s.account_id"
            " JOIN teams o ON o.id = s.team_id"
            " LEFT JOIN policies pt ON pt.team_id = s.team_id AND pt.account_id = ''"
            " LEFT JOIN policies pa ON pa.team_id = s.team_id AND pa.account_id = s.account_id"
            " LEFT JOIN account_declarations d ON d.team_id = a.team_id AND d.account_id = a.id"
            " WHERE t.token_hash = ? AND t.pepper_id = ? AND s.revoked_at IS NULL"
            " AND s.expired_at IS NULL",
            blob{candidate.digest}, candidate.pepper_id};
        if (!rows.next()) continue;
        grant_row out;
        out.token_digest = candidate.digest;
        out.token_expires_at = rows.optional_time();
        out.token_scope = rows.text();
        out.team_frozen_at = rows.optional_time();
        out.team_suspended_at = rows.optional_time();
        out.team_audit_arguments = rows.text();
        out.team_receipt_metadata = rows.integer() != 0;
        out.team_allow_live_writes = rows.integer() != 0;
        out.team_policy_version = rows.integer();
        out.team_rules = rows.text();
        out.account_policy_version = rows.integer();
        out.account_rules = rows.text();
        out.declarations_version = rows.integer();
        out.declarations = rows.text();
        out.server = read_server(rows);
        out.account = read_account(rows);
        return out;
    }
    return {};
}

std::vector<server_row> search_servers(session& db, const std::string& team_id,
                                       const server_search& search, const page& where) {
    const bounds edge{where};
    const std::string part = search.part.empty() ? "" : containing(search.part);
    const std::string creator = search.created_by.empty() ? "" : containing(search.created_by);
    const std::string holder = search.holder.empty() ? "" : containing(search.holder);
    const std::string_view unrevoked = search.unrevoked ? "yes" : "";
    // Tokens are ASCII letters and digits: every one with this prefix sorts below prefix + DEL.
    const std::string behind = search.prefix + '\x7F';
    std::vector<value> bound{to_value(team_id)};
    for (int i = 0; i < 5; ++i) bound.push_back(to_value(part));
    for (int i = 0; i < 2; ++i) {
        bound.push_back(to_value(i == 0 ? creator : search.created_by));
        if (i == 0) bound.push_back(to_value(search.created_by));
        for (int key = 0; key < 4; ++key) bound.push_back(to_value(creator));
    }
    for (const std::string* one : {&holder, &holder, &search.account_id, &search.account_id})
        bound.push_back(to_value(*one));
    bound.push_back(to_value(unrevoked));
    bound.push_back(to_value(std::string_view{search.expires_before ? "yes" : ""}));
    bound.push_back(to_value(search.expires_before.value_or(timestamp{})));
    bound.push_back(to_value(std::string_view{search.excepted ? "yes" : ""}));
    if (!search.prefix.empty())
        for (int i = 0; i < 2; ++i)
            for (const std::string* one : {&team_id, &search.prefix, &behind})
                bound.push_back(to_value(*one));
    bound.push_back(to_value(edge.before));
    bound.push_back(to_value(where.before_id));
    bound.push_back(to_value(edge.limit));
    constexpr std::string_view any = TOLLGATE_SEARCH TOLLGATE_PAGE("s.");
    constexpr std::string_view by_prefix = TOLLGATE_SEARCH TOLLGATE_BY_PREFIX TOLLGATE_PAGE("s.");
    query rows{db, search.prefix.empty() ? any : by_prefix, std::span<const value>{bound}};
    return all(rows, read_server);
}

std::optional<replay_row> find_replay(session& db, const std::string& team_id,
                                      const std::string& route, const std::string& key) {
    query rows{db,
               "SELECT team_id, route, key, request_digest, status, key_id, wrapped_key, body, "
               "created_at, expires_at FROM replays WHERE team_id = ? AND route = ? AND key = ?",
               team_id, route, key};
    if (!rows.next()) return {};
    replay_row out;
    out.team_id = rows.text();
    out.route = rows.text();
    out.key = rows.text();
    out.request_digest = rows.bytes();
    out.status = rows.integer();
    out.body = read_sealed(rows);
    out.created_at = rows.time();
    out.expires_at = rows.time();
    return out;
}

}  // namespace tollgate::storage::sql
