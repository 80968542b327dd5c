// The stored records of tenancy: one struct per table. Plain values; tenancy/ interprets them.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/account_mode.hpp"

namespace tollgate::storage {

using base::timestamp;

// A team's settings.
struct team_settings {
    std::int64_t receipt_retention_days = 400;           // receipts are removed after that
    std::optional<std::int64_t> audit_retention_days{};  // absent: audit records are kept forever
    bool audit_legal_hold = false;  // neither its receipts nor its audit records are removed
    std::string audit_arguments = "digest";  // how records show arguments; or "redacted"
    bool receipt_metadata = false;         // receipts are named in the metadata of created objects
    bool allow_live_writes = false;        // its MCP servers of live accounts may write
    std::string policy_changes = "alone";  // or "second_person": who changes its policies
};

struct team_row {
    std::string id;  // team_…
    std::string name;
    timestamp created_at;
    std::optional<timestamp> frozen_at{};     // since then no account of it may write
    std::optional<timestamp> suspended_at{};  // since then its MCP servers take no calls
    team_settings settings{};
};

// The stored form of a token: the pepper's id, and HMAC-SHA-256(pepper, token) as 32 bytes.
struct token_hash {
    std::string pepper_id;
    std::string digest;
};

struct api_key_row {
    std::string id;  // key_…
    std::string team_id;
    std::string name;
    std::string role;  // admin, operator, viewer
    bool instance_owner = false;
    token_hash token;
    std::string key_prefix;  // the first characters of the key, to show
    std::string created_by;  // key_… of the creator; empty for a first key
    timestamp created_at;
    std::optional<timestamp> last_used_at{};  // to the minute
};

// A value sealed by the vault: ciphertext, its data key wrapped by the master key, and that master
// key's id.
struct sealed_blob {
    std::string key_id;
    std::string wrapped_key;
    std::string ciphertext;
};

struct account_row {
    std::string id;  // ia_…
    std::string team_id;
    std::string name;
    account_mode mode = account_mode::test;
    std::string kind;  // secret, restricted; of a service: service
    std::string last4;
    sealed_blob credential;
    std::string stripe_account;                // acct_… or empty
    std::string stripe_version;                // or empty
    std::string tags;                          // JSON array of strings
    std::string connected_accounts = "[]";     // JSON array of acct_…
    std::optional<timestamp> needs_reauth_at;  // Stripe has refused the credential since then
    std::optional<timestamp> frozen_at;        // since then it may not write
    std::optional<timestamp> suspended_at{};   // since then its MCP servers take no calls
    std::string created_by;
    timestamp created_at;
    timestamp updated_at;
    std::int64_t version = 1;     // counts the changes; a replace names the version it read
    std::string orders = "none";  // where its orders are kept: none, tables, external
    // For a REST service other than Stripe: the start of its URLs, how its credential is sent
    // (bearer, basic, header), and the name of that header. Empty for a Stripe account.
    std::string service_url{};
    std::string service_auth{};
    std::string service_header{};
    // What the last check of its key at Stripe found (JSON), and when; empty: it was not checked.
    std::optional<timestamp> key_checked_at{};
    std::string key_check{};
};

// The rules of a team, or of one of its accounts.
struct policy_row {
    std::string team_id;
    std::string account_id{};  // ia_…, or empty: the team's own rules
    std::int64_t version = 0;  // from 1
    std::string rules;         // JSON array
    std::string changed_by;    // key_…
    timestamp changed_at;
};

// The declarations of an account. A removed document is kept as an empty one, so that the version
// never decreases.
struct declarations_row {
    std::string team_id;
    std::string account_id;
    std::int64_t version = 0;  // from 1
    std::string document;      // YAML; empty: there are none
    std::string changed_by;    // key_… or per_…
    timestamp changed_at;
};

struct server_row {
    std::string id;  // mcp_…
    std::string team_id;
    std::string account_id;
    std::string name;
    std::string config;  // JSON object
    std::optional<timestamp> expires_at;
    std::optional<timestamp> expired_at{};  // its tokens were removed then
    std::string token_prefix;
    std::string created_by;
    timestamp created_at;
    timestamp updated_at;
    std::optional<timestamp> revoked_at;
    std::optional<timestamp> last_used_at;
    std::int64_t use_count = 0;
    std::int64_t version = 1;
    std::optional<timestamp> suspended_at{};  // since then it takes no calls
    std::string holder{};                     // who uses the URL, as given by its creator
    std::string old_token_prefix{};           // after a rotation with overlap: the previous token
    std::optional<timestamp> old_token_expires_at{};
    // Of its account and its team; filled only when one MCP server, or a list of them, is read.
    std::optional<timestamp> account_suspended_at{};
    std::optional<timestamp> team_suspended_at{};
    bool team_allow_live_writes = false;
};

struct server_token_row {
    token_hash token;
    std::string team_id;
    std::string server_id;
    timestamp created_at;
    std::optional<timestamp> expires_at;  // set on an old token by a rotation with overlap
    std::string scope{};                  // of an authorization's token; empty: a URL's token
    std::string prefix{};                 // of a URL's token: its first characters, to show
};

// A search over a team's MCP servers. Empty fields are ignored; all others must match.
struct server_search {
    std::string prefix{};      // of a token of its URL, including an old one that is still valid
    std::string part{};        // of its name, its account's name, or the name of one of its OAuth
                               // clients
    std::string created_by{};  // key_…, or part of the name of the key that created it or allowed a
                               // client, including deleted keys
    std::string holder{};      // part of the holder
    std::string account_id{};  // ia_…
    bool unrevoked = false;    // only those that are not revoked
    std::optional<timestamp> expires_before{};  // only those that are in force and expire before
    bool excepted = false;  // only those with an exception from a rule, which may have ended
};

// The name of an API key; deleted keys included.
struct key_name {
    std::string id;  // key_…
    std::string name;
};

// A token with its server and account, read in one step.
struct grant_row {
    server_row server;
    account_row account;
    std::string token_digest;  // identifies the token: token_hash::digest
    std::optional<timestamp> token_expires_at;
    std::optional<timestamp> team_frozen_at;
    std::optional<timestamp> team_suspended_at{};
    std::string token_scope{};  // server_token_row::scope
    // The rules of its team and its account: version 0 and no rules where there are none.
    std::int64_t team_policy_version = 0;
    std::string team_rules{};
    std::int64_t account_policy_version = 0;
    std::string account_rules{};
    std::string team_audit_arguments = "digest";
    bool team_receipt_metadata = false;
    bool team_allow_live_writes = false;
    // The declarations of its account: version 0 and empty text if there have never been any.
    std::int64_t declarations_version = 0;
    std::string declarations{};
};

// An MCP server with the facts shown to a person before they allow a client.
struct described_server_row {
    server_row server;
    std::string account_name;
    storage::account_mode account_mode = storage::account_mode::test;
    std::string team_name;
    bool team_allow_live_writes = false;
};

// An OAuth client that registered itself at an MCP server and was given an authorization.
struct oauth_client_row {
    std::string id;  // oac_…
    std::string team_id;
    std::string server_id;
    std::string name;
    std::string redirect_uris;  // JSON array of strings
    timestamp created_at;
    std::optional<timestamp> used_at{};  // when it was last given an authorization
    timestamp expires_at;                // it is removed at this time
};

// A person's permission for an OAuth client to use one MCP server.
struct authorization_row {
    std::string id;  // oaz_…
    std::string team_id;
    std::string server_id;
    std::string client_id;  // oac_…, or the URL of the client's metadata
    std::string client_name;
    std::string redirect_host;
    std::string scope;
    std::string allowed_by;    // key_…
    std::string token_digest;  // token_hash::digest of its row among the server's tokens
    token_hash refresh;        // the current refresh token
    timestamp created_at;
    timestamp refreshed_at;
    timestamp expires_at;
    std::optional<timestamp> revoked_at{};
    bool active = false;  // set by reads only: its token and the key that allowed it exist
};

// The kind of an alarm. Each kind has its own subject.
enum class alarm_kind : std::uint8_t {
    server_expiry,  // mcp_…: the server expires
    token_expiry,   // mcp_…: one of its tokens expires (a rotation with overlap)
};

// A job that is due at a certain time and is kept until it is done.
struct alarm_row {
    std::string team_id;
    std::string subject;
    alarm_kind kind = alarm_kind::server_expiry;
    timestamp due_at;
    std::int64_t attempts = 0;  // how often it was claimed
};

// The kind of a change log entry. Each kind has its own subjects.
enum class logged_kind : std::uint8_t {
    server_changed,    // mcp_…: its rules or its account's; tokens stay valid
    tokens_replaced,   // mcp_…: all older tokens have ended
    token_ended,       // mcp_…:digest in hex: that token has ended
    server_expired,    // mcp_…
    server_revoked,    // mcp_…
    account_changed,   // ia_…
    account_removed,   // ia_…
    account_state,     // ia_…: what it may do
    team_state,        // team_…: what it may do
    api_key_removed,   // key_…
    server_suspended,  // mcp_…: takes no calls; tokens stay
    unknown,           // written by a newer version: anything may have changed
};

// A change of something that other instances may have cached.
struct logged_change {
    std::int64_t seq = 0;  // from 1, without a gap
    logged_kind kind = logged_kind::unknown;
    std::vector<std::string> subjects;
    std::string origin;  // inst_… that made the change
};

// Counts for operators, over all teams.
struct store_counts {
    std::int64_t alarms = 0;                // pending
    std::int64_t accounts_in_reauth = 0;    // whose credential Stripe refuses
    std::int64_t receipts_unknown = 0;      // writes whose outcome is unknown
    std::int64_t approvals_pending = 0;     // calls that wait for people
    std::int64_t refund_lines_waiting = 0;  // not in a company's own database yet
};

// The state of a write.
enum class receipt_state : std::uint8_t {
    intended,   // recorded; being sent, or its answer was lost
    succeeded,  // Stripe did it
    failed,     // Stripe did not do it
    unknown,    // it was sent, and the outcome is not known
};

// The names of the states, in their order: as they are stored and shown.
constexpr std::array<std::string_view, 4> receipt_state_names{"intended", "succeeded", "failed",
                                                              "unknown"};

// The outcome of a write, as far as Stripe has reported it.
struct receipt_outcome {
    receipt_state state = receipt_state::intended;
    std::int64_t status = 0;             // Stripe's HTTP status; 0: no answer
    std::string error_code;              // "card_declined", "not_sent"; empty on success
    std::string object;                  // the kind of the object: "refund"; or empty
    std::string object_id;               // "re_…", or empty
    std::string request_id;              // "req_…", Stripe's id of the request; or empty
    std::optional<std::int64_t> amount;  // of the object, in the currency's smallest unit
    std::string currency;                // "usd", or empty
};

// The record of one write.
struct receipt_row {
    std::string id;  // rcp_…
    std::string team_id;
    std::string account_id;  // ia_…
    std::string server_id;   // mcp_…
    std::string tool;
    std::string connected_account;  // acct_… that the call acted for, or empty
    std::string operation_key;      // unique for the account; the idempotency key sent to Stripe
    std::string request_digest;     // SHA-256 of the request, without the key
    std::string argument_digests;   // JSON object: a digest for each argument
    std::int64_t attempts = 1;      // how often it was sent, or about to be sent
    std::string sent_by{};          // inst_… of the last attempt; empty if there is one instance
    timestamp created_at;
    // The write was first sent no earlier than this; Stripe's replay window begins then.
    timestamp sent_at;
    std::optional<timestamp> finished_at{};  // when the outcome was recorded
    std::optional<timestamp> resolve_at{};   // while unresolved: when it is sent again
    receipt_outcome outcome{};
    sealed_blob request{};  // the request while it is unresolved, otherwise empty; not in lists
    // Its id is in the metadata of the object that the request creates. The stored request and its
    // digest do not contain the id.
    bool in_metadata = false;
    std::string order_id{};  // the company's order that a refund is for, or empty
    // Who stated the outcome, and why, where the gateway could not find it out; otherwise empty.
    std::string settled_by{};
    std::string settled_reason{};
};

// A search over a team's receipts. Absent and empty fields are ignored; all others must match.
struct receipt_search {
    std::string account_id{};
    std::string server_id{};
    std::string tool{};
    std::optional<receipt_state> state{};
    std::string object_id{};
    std::string operation_key{};
    std::optional<timestamp> from{};    // created at this time or later
    std::optional<timestamp> before{};  // created before this time
    std::optional<std::int64_t> amount_min{};
    std::optional<std::int64_t> amount_max{};
};

// The entries of the change log after a given one.
struct log_page {
    std::string epoch;                   // another epoch is another log; empty: there is no log yet
    std::int64_t floor = 0;              // entries up to this one have been removed
    std::int64_t last = 0;               // the newest entry's number
    std::vector<logged_change> entries;  // in order; complete up to `last` unless the page was full
};

// An instance that may have cached values.
struct instance_row {
    std::string id;         // inst_…
    std::int64_t seen = 0;  // it has dropped everything outdated by entries up to this one
    std::int64_t beats = 0;
    timestamp started_at;
};

// The stored answer to a POST with an Idempotency-Key.
struct replay_row {
    std::string team_id;
    std::string route;  // verb and path
    std::string key;
    std::string request_digest;  // 32 bytes
    std::int64_t status = 0;
    sealed_blob body;
    timestamp created_at;
    timestamp expires_at;
};

}  // namespace tollgate::storage
