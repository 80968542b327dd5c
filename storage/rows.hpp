// What is kept of the tenancy: one struct a table. Plain values; what they mean is decided in
// tenancy/.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::storage {

using base::timestamp;

struct team_row {
    std::string id;  // team_…
    std::string name;
    timestamp created_at;
    std::optional<timestamp> frozen_at{};     // writes of all its accounts are off since then
    std::optional<timestamp> suspended_at{};  // its MCP servers take no call since then
};

// A token at rest: which pepper, and HMAC-SHA-256(pepper, token) as 32 bytes.
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
    std::string key_prefix;  // the first characters of the key, for people
    std::string created_by;  // key_… of the creator; empty for a first key
    timestamp created_at;
};

// Something the vault sealed: ciphertext, its data key wrapped by the master key, and that master
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
    std::string mode;  // test, live
    std::string kind;  // secret, restricted
    std::string last4;
    sealed_blob credential;
    std::string stripe_account;                // acct_… or empty
    std::string stripe_version;                // or empty
    std::string tags;                          // JSON array of strings
    std::string connected_accounts = "[]";     // JSON array of acct_…
    std::optional<timestamp> needs_reauth_at;  // Stripe has refused the credential since then
    std::optional<timestamp> frozen_at;        // writes are off since then
    std::optional<timestamp> suspended_at{};   // its MCP servers take no call since then
    std::string created_by;
    timestamp created_at;
    timestamp updated_at;
    std::int64_t version = 1;  // counts the changes; a replace names the version it read
};

struct server_row {
    std::string id;  // mcp_…
    std::string team_id;
    std::string account_id;
    std::string name;
    std::string config;  // JSON object
    std::optional<timestamp> expires_at;
    std::optional<timestamp> expired_at{};  // its purge: since then it has no token
    std::string token_prefix;
    std::string created_by;
    timestamp created_at;
    timestamp updated_at;
    std::optional<timestamp> revoked_at;
    std::optional<timestamp> last_used_at;
    std::int64_t use_count = 0;
    std::int64_t version = 1;
    std::optional<timestamp> suspended_at{};  // it takes no call since then
    std::string holder{};                     // whose URL it is, as its maker wrote it
    std::string old_token_prefix{};           // of a rotation with overlap: the token before
    std::optional<timestamp> old_token_expires_at{};
    // Of what it stands in; only where one MCP server, or a list of them, is read.
    std::optional<timestamp> account_suspended_at{};
    std::optional<timestamp> team_suspended_at{};
};

struct server_token_row {
    token_hash token;
    std::string team_id;
    std::string server_id;
    timestamp created_at;
    std::optional<timestamp> expires_at;  // set on an old token by a rotation with overlap
    std::string scope{};                  // of an authorization's token; empty: the token of a URL
    std::string prefix{};                 // of the token of a URL: its first characters, for people
};

// What a search over a team's MCP servers asks for. Empty parts ask for nothing; every other part
// must fit.
struct server_search {
    std::string prefix{};  // of a token of its URL, also of an old one that still works
    std::string part{};    // of its name, its account's name, or the name of an OAuth client there
    std::string created_by{};  // key_…, or part of the name of the key that made it or allowed a
                               // client in, deleted keys too
    std::string holder{};      // part of it
    std::string account_id{};  // ia_…
    bool unrevoked = false;    // only those that are not revoked
};

// The name of an API key, also of one that was deleted.
struct key_name {
    std::string id;  // key_…
    std::string name;
};

// A token with the server and the account behind it, read in one step.
struct grant_row {
    server_row server;
    account_row account;
    std::string token_digest;  // which of the server's tokens it is: token_hash::digest
    std::optional<timestamp> token_expires_at;
    std::optional<timestamp> team_frozen_at;
    std::optional<timestamp> team_suspended_at{};
    std::string token_scope{};  // server_token_row::scope
};

// An MCP server with what people are told of it before they let a client use it.
struct described_server_row {
    server_row server;
    std::string account_name;
    std::string account_mode;
    std::string team_name;
};

// An OAuth client that registered itself at an MCP server, and that somebody allowed something.
struct oauth_client_row {
    std::string id;  // oac_…
    std::string team_id;
    std::string server_id;
    std::string name;
    std::string redirect_uris;  // JSON array of strings
    timestamp created_at;
    std::optional<timestamp> used_at{};  // somebody allowed it something
    timestamp expires_at;                // then it is forgotten
};

// What a person allowed an OAuth client to do with one MCP server.
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
    token_hash refresh;        // the refresh token that is good now
    timestamp created_at;
    timestamp refreshed_at;
    timestamp expires_at;
    std::optional<timestamp> revoked_at{};
    bool active = false;  // read only: its token and the key that allowed it are there
};

// What an alarm is for. Each kind has its own subject.
enum class alarm_kind : std::uint8_t {
    server_expiry,  // mcp_…: the server's time is over
    token_expiry,   // mcp_…: the time of one of its tokens is over (a rotation with overlap)
};

// A job that is due at some time, and stays until it is done.
struct alarm_row {
    std::string team_id;
    std::string subject;
    alarm_kind kind = alarm_kind::server_expiry;
    timestamp due_at;
    std::int64_t attempts = 0;  // how often it was taken
};

// What an entry of the change log tells. Each kind has its own subjects.
enum class logged_kind : std::uint8_t {
    server_changed,    // mcp_…: its rules or its account's; tokens stay good
    tokens_replaced,   // mcp_…: every older token is gone
    token_ended,       // mcp_…:digest in hex: that token is gone
    server_expired,    // mcp_…
    server_revoked,    // mcp_…
    account_changed,   // ia_…
    account_removed,   // ia_…
    account_state,     // ia_…: what it may do now
    team_state,        // team_…: what it may do now
    api_key_removed,   // key_…
    server_suspended,  // mcp_…: takes no call; tokens stay
    unknown,           // a newer version's: anything may have changed
};

// Something that other instances may have cached has changed.
struct logged_change {
    std::int64_t seq = 0;  // from 1, without a gap
    logged_kind kind = logged_kind::unknown;
    std::vector<std::string> subjects;
    std::string origin;  // inst_… that made the change, and knows
};

// What is counted for operators, over all teams.
struct store_counts {
    std::int64_t alarms = 0;              // that wait
    std::int64_t accounts_in_reauth = 0;  // whose credential Stripe refuses
};

// The change log behind a place in it.
struct log_page {
    std::string epoch;                   // another one is another log; empty: there is none yet
    std::int64_t floor = 0;              // entries up to here are gone
    std::int64_t last = 0;               // the newest entry's number
    std::vector<logged_change> entries;  // in order; whole up to `last` unless the page was full
};

// An instance that may have something cached.
struct instance_row {
    std::string id;         // inst_…
    std::int64_t seen = 0;  // it has dropped what entries up to this one outdate
    std::int64_t beats = 0;
    timestamp started_at;
};

// The stored answer to a POST that carried an Idempotency-Key.
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
