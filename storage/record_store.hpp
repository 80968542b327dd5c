// Port: the durable records. They are authoritative; everything in memory is a copy.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/approval_rows.hpp"
#include "storage/audit_rows.hpp"
#include "storage/cap_rows.hpp"
#include "storage/changes/change.hpp"
#include "storage/client_rows.hpp"
#include "storage/order_reads.hpp"
#include "storage/people_rows.hpp"
#include "storage/policy_change_rows.hpp"
#include "storage/rows.hpp"
#include "storage/webhook_rows.hpp"

namespace tollgate::storage {

// A page of a list, newest first: rows strictly older than (`before`, `before_id`), or the newest
// rows if it is absent.
struct page {
    std::size_t limit = 20;
    std::optional<timestamp> before;
    std::string before_id;
};

// Thread-safe; every call resumes on the caller's executor. The loops that await must outlive the
// store, whose threads resume them. All arguments are values. Every read and change is scoped by
// team id in the query itself, except look-ups by token hash (the hash is the proof) and teams. A
// find_… returns nullopt if there is no such row; a list with a `page` is newest first. Every call
// fails with errc::unavailable if the store cannot answer (disk full, I/O error, queue full).
class record_store {
public:
    virtual ~record_store() = default;

    // False while every call fails because the database is unavailable; used by the readiness
    // probe. Does not block.
    virtual bool available() const { return true; }

    // The bytes reserved on the disk for the case that it fills up. 0: the disk is full and the
    // reserve was released; begin nothing new, so that running work can be recorded. Absent if no
    // reserve is configured. Does not block.
    virtual std::optional<std::uint64_t> reserve_bytes() const { return {}; }

    // Applies all changes or none. After success, they survive kill -9 and power loss. The failures
    // of each kind of change are listed in changes/.
    virtual base::awaitable<base::result<>> commit(std::vector<change> changes) = 0;

    // A setting of the instance, e.g. the check value of the vault.
    virtual base::awaitable<base::result<std::optional<std::string>>> find_setting(
        std::string name) = 0;

    virtual base::awaitable<base::result<bool>> any_team() = 0;
    virtual base::awaitable<base::result<bool>> any_live_account() = 0;
    virtual base::awaitable<base::result<std::optional<team_row>>> find_team(std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<team_row>>> list_teams(page where) = 0;

    virtual base::awaitable<base::result<std::optional<api_key_row>>> find_api_key(
        std::string team_id, std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<api_key_row>>> list_api_keys(
        std::string team_id, page where) = 0;
    // The key whose token hashes to one of `candidates` (one for each active pepper).
    virtual base::awaitable<base::result<std::optional<api_key_row>>> find_api_key_by_token(
        std::vector<token_hash> candidates) = 0;

    virtual base::awaitable<base::result<std::optional<account_row>>> find_account(
        std::string team_id, std::string id) = 0;
    // Those whose name contains `text`, ignoring the case of ASCII letters, or whose last4 is
    // `text`; if it is empty, all.
    virtual base::awaitable<base::result<std::vector<account_row>>> list_accounts(
        std::string team_id, std::string text, page where) = 0;

    virtual base::awaitable<base::result<std::optional<server_row>>> find_server(
        std::string team_id, std::string account_id, std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<server_row>>> list_servers(
        std::string team_id, std::string account_id, page where) = 0;
    // Ids of all servers of an account, to close their streams.
    virtual base::awaitable<base::result<std::vector<std::string>>> server_ids(
        std::string team_id, std::string account_id) = 0;
    // How many servers of an account, or of a team if `account_id` is empty, are not revoked.
    virtual base::awaitable<base::result<std::int64_t>> count_servers(std::string team_id,
                                                                      std::string account_id) = 0;
    virtual base::awaitable<base::result<std::optional<grant_row>>> find_grant(
        std::vector<token_hash> candidates) = 0;

    // The rules of a team (empty `account_id`) or one of its accounts.
    virtual base::awaitable<base::result<std::optional<policy_row>>> find_policy(
        std::string team_id, std::string account_id) = 0;
    // The versions of those rules, newest first: at most `limit`, older than `before` unless that
    // is 0.
    virtual base::awaitable<base::result<std::vector<policy_row>>> list_policy_versions(
        std::string team_id, std::string account_id, std::int64_t before, std::int64_t limit) = 0;

    // A policy change that needs, or needed, a second person.
    virtual base::awaitable<base::result<std::optional<policy_change_row>>> find_policy_change(
        std::string team_id, std::string id) = 0;
    // Newest first, at most `limit`; only those that are pending at `pending_at`, if it is given.
    virtual base::awaitable<base::result<std::vector<policy_change_row>>> list_policy_changes(
        std::string team_id, std::optional<timestamp> pending_at, std::int64_t limit) = 0;

    // What counts towards a cap from slice `from` on, by currency.
    virtual base::awaitable<base::result<std::vector<cap_state>>> find_cap(std::string cap,
                                                                           std::int64_t from) = 0;

    // A token of any team; the hash is the proof.
    virtual base::awaitable<base::result<std::optional<server_token_row>>> find_token(
        std::vector<token_hash> candidates) = 0;
    // MCP servers of all accounts of a team, including revoked and expired ones.
    virtual base::awaitable<base::result<std::vector<server_row>>> search_servers(
        std::string team_id, server_search search, page where) = 0;
    // The names of the team's API keys and people with these ids, including removed ones; in no
    // order.
    virtual base::awaitable<base::result<std::vector<key_name>>> find_key_names(
        std::string team_id, std::vector<std::string> ids) = 0;

    // An MCP server by its id alone, which is part of a public address. Includes revoked and
    // expired ones.
    virtual base::awaitable<base::result<std::optional<described_server_row>>> describe_server(
        std::string id) = 0;
    virtual base::awaitable<base::result<std::optional<oauth_client_row>>> find_oauth_client(
        std::string team_id, std::string server_id, std::string id) = 0;
    // An authorization by its id alone. Take the id only from one of our own tokens, which is the
    // proof.
    virtual base::awaitable<base::result<std::optional<authorization_row>>> find_authorization(
        std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<authorization_row>>> list_authorizations(
        std::string team_id, std::string server_id, page where) = 0;

    // When the next alarm may be taken; a time in the past if one may be taken now.
    virtual base::awaitable<base::result<std::optional<timestamp>>> next_alarm() = 0;
    // When records that a team no longer keeps are next to be removed; as next_alarm().
    virtual base::awaitable<base::result<std::optional<timestamp>>> next_retention() = 0;
    // When the next check of an account's key is due; as next_alarm().
    virtual base::awaitable<base::result<std::optional<timestamp>>> next_key_check() = 0;
    virtual base::awaitable<base::result<store_counts>> count_rows() = 0;

    // With its request while it is unresolved.
    virtual base::awaitable<base::result<std::optional<receipt_row>>> find_receipt(
        std::string team_id, std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<receipt_row>>> list_receipts(
        std::string team_id, receipt_search search, page where) = 0;
    // When the next unresolved receipt is due.
    virtual base::awaitable<base::result<std::optional<timestamp>>> next_receipt() = 0;

    // With its content until it has ended.
    virtual base::awaitable<base::result<std::optional<approval_row>>> find_approval(
        std::string team_id, std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<approval_row>>> list_approvals(
        std::string team_id, approval_search search, page where) = 0;
    // The answers to an approval, oldest first.
    virtual base::awaitable<base::result<std::vector<approval_vote>>> list_votes(
        std::string team_id, std::string approval_id) = 0;
    // When the next approved call is to be executed.
    virtual base::awaitable<base::result<std::optional<timestamp>>> next_approval() = 0;
    // At most `limit` approvals of all teams that must end: those that had expired at `now`, and
    // pending ones whose MCP server has ended.
    virtual base::awaitable<base::result<std::vector<approval_row>>> list_overdue_approvals(
        timestamp now, std::int64_t limit) = 0;

    virtual base::awaitable<base::result<std::optional<webhook_row>>> find_webhook(
        std::string team_id, std::string id) = 0;
    // All of a team, oldest first.
    virtual base::awaitable<base::result<std::vector<webhook_row>>> list_webhooks(
        std::string team_id) = 0;
    // The events sent, or to be sent, to a webhook.
    virtual base::awaitable<base::result<std::vector<webhook_delivery_row>>>
    list_webhook_deliveries(std::string team_id, std::string webhook_id, page where) = 0;
    // At most `limit` webhooks of all teams that have a delivery due at `now`, in no particular
    // order.
    virtual base::awaitable<base::result<std::vector<webhook_row>>> list_webhooks_due(
        timestamp now, std::int64_t limit) = 0;

    // The clients seen at an MCP server, those seen last first.
    virtual base::awaitable<base::result<std::vector<mcp_client_row>>> list_mcp_clients(
        std::string team_id, std::string server_id) = 0;

    // Newest first.
    virtual base::awaitable<base::result<std::vector<audit_row>>> list_audit(std::string team_id,
                                                                             audit_search search,
                                                                             page where) = 0;

    // The lowest position of the records with these times, or 0 if they are many; nothing if none.
    virtual base::awaitable<base::result<std::optional<std::int64_t>>> first_audit_position(
        std::string team_id, timestamp from, timestamp before) = 0;
    // The records that match, by position: at most `limit` of those at the positions [from, to).
    virtual base::awaitable<base::result<std::vector<audit_entry>>> list_audit_in_log(
        std::string team_id, audit_search search, std::int64_t from, std::int64_t to,
        std::size_t limit) = 0;
    // The records that match and have no position, by time and id: at most `limit` of those after
    // (`after`, `after_id`).
    virtual base::awaitable<base::result<std::vector<audit_entry>>> list_audit_not_in_log(
        std::string team_id, audit_search search, timestamp after, std::string after_id,
        std::size_t limit) = 0;

    // The teams with records that have no position yet.
    virtual base::awaitable<base::result<std::vector<audit_waiting>>> count_waiting_audit() = 0;
    // The oldest records of a team that have no position: at most `limit`, stopping early once
    // their entries have `bytes_max` characters together.
    virtual base::awaitable<base::result<std::vector<audit_entry>>> list_waiting_audit(
        std::string team_id, std::size_t limit, std::size_t bytes_max) = 0;
    // Absent until the team's first record has a position.
    virtual base::awaitable<base::result<std::optional<audit_log_row>>> find_audit_log(
        std::string team_id) = 0;
    // The logs of all teams.
    virtual base::awaitable<base::result<std::vector<audit_log_row>>> list_audit_logs() = 0;
    // The hashes of a tile.
    virtual base::awaitable<base::result<std::optional<std::string>>> find_audit_tile(
        std::string team_id, std::int64_t level, std::int64_t number) = 0;
    // The records at the positions [from, to), in order.
    virtual base::awaitable<base::result<std::vector<audit_entry>>> list_audit_entries(
        std::string team_id, std::int64_t from, std::int64_t to) = 0;
    // All records of a receipt, oldest first, also those without a position.
    virtual base::awaitable<base::result<std::vector<audit_entry>>> list_receipt_audit(
        std::string team_id, std::string receipt_id) = 0;

    // The logs with something to send to a destination, least recently sent first.
    virtual base::awaitable<base::result<std::vector<audit_delivery_row>>> list_deliveries_due(
        std::string destination, audit_delivery_due when) = 0;
    // How far the logs have been sent, those with the most left to send first; of one team, or of
    // all teams if `team_id` is empty.
    virtual base::awaitable<base::result<std::vector<audit_delivery_row>>> list_deliveries(
        std::string destination, std::string team_id, std::size_t limit) = 0;
    // What waits to be sent; of one team, or of all teams if `team_id` is empty.
    virtual base::awaitable<base::result<audit_delivery_sum>> sum_deliveries(
        std::string destination, std::string team_id) = 0;

    // The hourly counts of a scope from hour `from` until before `to`, by hour.
    virtual base::awaitable<base::result<std::vector<hourly_count>>> list_hourly_counts(
        std::string team_id, std::string scope_id, std::int64_t from, std::int64_t to) = 0;

    virtual base::awaitable<base::result<std::optional<person_row>>> find_person(
        std::string team_id, std::string id) = 0;
    virtual base::awaitable<base::result<std::vector<person_row>>> list_people(std::string team_id,
                                                                               page where) = 0;
    // The people with that e-mail address: of that team or, if `team_id` is empty, of all teams; at
    // most 16. The password is the proof.
    virtual base::awaitable<base::result<std::vector<person_row>>> find_people_by_email(
        std::string email, std::string team_id) = 0;
    // The person of any team whose invitation hashes to one of `candidates`, expired or not.
    virtual base::awaitable<base::result<std::optional<person_row>>> find_invited_person(
        std::vector<token_hash> candidates) = 0;
    // The person of a team with that identity at a provider.
    virtual base::awaitable<base::result<std::optional<person_row>>> find_person_of_identity(
        std::string team_id, std::string issuer, std::string subject) = 0;
    // The person of any team whose sign-in link hashes to one of `candidates`, expired or not.
    virtual base::awaitable<base::result<std::optional<linked_person>>> find_sign_in_link(
        std::vector<token_hash> candidates) = 0;
    // A session of any team with its person, expired or not; the hash is the proof.
    virtual base::awaitable<base::result<std::optional<signed_in_row>>> find_session(
        std::vector<token_hash> candidates) = 0;
    virtual base::awaitable<base::result<std::vector<session_row>>> list_sessions(
        std::string team_id, std::string person_id, page where) = 0;

    // At most `limit` entries of the change log after entry `after`.
    virtual base::awaitable<base::result<log_page>> read_log(std::int64_t after,
                                                             std::size_t limit) = 0;
    virtual base::awaitable<base::result<std::vector<instance_row>>> list_instances() = 0;
    // The database's own time; nothing for a database in this process.
    virtual base::awaitable<base::result<std::optional<base::timestamp>>> database_time() = 0;

    // The companies' own orders. Lives as long as the store.
    virtual order_reads& orders() = 0;

    // The stored answer under that key, expired or not.
    virtual base::awaitable<base::result<std::optional<replay_row>>> find_replay(
        std::string team_id, std::string route, std::string key) = 0;

    // The declarations of an account; absent if there have never been any.
    virtual base::awaitable<base::result<std::optional<declarations_row>>> find_declarations(
        std::string team_id, std::string account_id) = 0;
};

}  // namespace tollgate::storage
