// What can be done to the records: one struct a change. A list of them is committed as one.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Sets one value of the instance.
struct put_setting {
    std::string name;
    std::string value;  // any bytes
};

// Sets a value that nobody has set: fails with conflict "setting_exists". So instances that start
// at the same time decide who is first.
struct add_setting {
    std::string name;
    std::string value;  // any bytes
};

struct add_team {
    team_row row;
};

// Sets frozen_at (a second freeze keeps the first time), or clears it. Fails with not_found.
struct freeze_team {
    std::string id;
    std::optional<timestamp> at;
};

// Fails with errc::limit_exceeded "limit_reached" when the team has `limit` keys.
struct add_api_key {
    api_key_row row;
    std::int64_t limit = 0;
};

struct ended_token {
    std::string server_id;
    std::string digest;  // token_hash::digest
};

// Its name is kept, for what it made; the authorizations that it allowed end with it, and their
// tokens are put into `ended` (when the commit fails, those in it may have ended) and logged when
// `origin` is not empty. Fails with not_found, and with conflict "last_admin_key" when the team
// (or, for an owner key, the instance) would be left without one.
struct remove_api_key {
    std::string team_id;
    std::string id;
    timestamp at{};
    std::shared_ptr<std::vector<ended_token>> ended{};
    std::string origin{};
};

struct add_account {
    account_row row;
    std::int64_t limit = 0;
};

// Writes every column of the row. Fails with not_found when it is gone and with conflict
// "version_changed" when its version is not row.version any more; the stored version becomes
// row.version + 1.
struct replace_account {
    account_row row;
};

// Sets needs_reauth_at of the account as it was at `version`; fails as replace_account does. A
// credential replaced since then is not blamed for the one before it.
struct reject_credential {
    std::string team_id;
    std::string id;
    std::int64_t version = 0;
    timestamp at;
};

// Removes an account, its servers, their tokens and alarms. Fails with not_found, and with conflict
// "count_differs" when it has another number of servers that are not revoked than `expect`.
struct remove_account {
    std::string team_id;
    std::string id;
    std::int64_t expect = 0;
};

// Fails with not_found "account_not_found" when the account is gone; `limit` counts servers that
// are not revoked. Arms the alarm of its expiry, if it has one.
struct add_server {
    server_row row;
    std::int64_t limit = 0;
};

// Writes name, holder, config, expires_at, expired_at, the prefixes of its tokens and updated_at,
// and moves the alarm of its expiry along; other rules as replace_account. A revoked server fails
// with conflict "server_revoked".
struct replace_server {
    server_row row;
};

// Sets revoked_at (the first one stays) and removes the server's tokens and alarms. Fails with
// not_found.
struct revoke_server {
    std::string team_id;
    std::string account_id;
    std::string id;
    timestamp at;
};

// The same for the next `limit` servers that are not revoked, in the order of their ids behind
// `after`: of one account, or of the whole team when `account_id` is empty. The ids are put into
// `revoked`, in no order; with none left it is empty. When the commit fails, those in it may be
// revoked. They are logged when `origin` is not empty. Fails with not_found when there is no such
// account, and with conflict "count_differs" when there are not as many as `expect` says.
struct revoke_servers {
    std::string team_id;
    std::string account_id;
    timestamp at;
    std::string after;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<std::string>> revoked;
    std::string origin{};
    std::optional<std::int64_t> expect{};
};

// Sets suspended_at (the first time stays), or clears it: of a server, of an account when
// `server_id` is empty, of the team when both are. The ids of its servers that are not revoked are
// put into `servers`, as for claim_alarms; those of a suspension are logged when `origin` is not
// empty. Fails with not_found, and with conflict "server_revoked".
struct suspend {
    std::string team_id;
    std::string account_id;
    std::string server_id;
    std::optional<timestamp> at;
    std::shared_ptr<std::vector<std::string>> servers;
    std::string origin{};
};

struct add_token {
    server_token_row row;
};

// No token of the server's URL that exists now outlives `until`; arms the alarm of their end.
struct cap_tokens {
    std::string team_id;
    std::string server_id;
    timestamp until;
};

// Whose tokens are dropped: the URL's, or those of authorizations too.
enum class token_kinds : std::uint8_t { of_url, all };

// Removes tokens of the server.
struct drop_tokens {
    std::string team_id;
    std::string server_id;
    token_kinds kinds = token_kinds::of_url;
};

// Removes one token of the server. Fails with not_found.
struct drop_token {
    std::string team_id;
    std::string server_id;
    std::string digest;  // token_hash::digest
};

// Keeps a client that somebody allowed something: the row when it is new, else its used_at and
// expires_at. Those of the server whose time was over at row.used_at are forgotten; with more than
// `limit` left, so is the one that was used longest ago. Fails with not_found as add_authorization.
struct use_oauth_client {
    oauth_client_row row;
    std::int64_t limit = 0;
};

// Adds an authorization and its token. Fails with conflict "exists_already" when there was one of
// that id, with not_found "server_not_found" when the server is gone, revoked or expired and
// "api_key_not_found" when the key that allowed it is gone, and with limit_exceeded "limit_reached"
// when `limit` of the server's are in force.
struct add_authorization {
    authorization_row row;
    token_hash token;
    std::int64_t limit = 0;
};

// Replaces the refresh token of an authorization in force. Fails with conflict "refresh_changed"
// when the one named is not the one that is good, or the authorization has ended.
struct rotate_refresh {
    std::string team_id;
    std::string id;
    std::string from;  // token_hash::digest
    token_hash to;
    timestamp at;
};

// Sets revoked_at (the first one stays) and removes the token. Fails with not_found.
struct revoke_authorization {
    std::string team_id;
    std::string server_id;
    std::string id;
    timestamp at;
};

// Adds to use_count and moves last_used_at forward. A server that is gone is no failure.
struct add_usage {
    std::string team_id;
    std::string server_id;
    std::int64_t calls = 0;
    timestamp last_used_at;
};

// Fails with conflict "replay_exists" when an answer is stored under that key and has not expired
// at row.created_at.
struct add_replay {
    replay_row row;
};

// Removes stored answers, clients and authorizations that expired before `now`, at most 1,000 of
// each.
struct purge_expired {
    timestamp now;
};

// Takes up to `limit` alarms that are due at `now`, the longest due first: nobody else gets them
// before `until`. `claim` is new each time. What was taken is put into `taken`, which is not to be
// read unless the commit succeeds.
struct claim_alarms {
    std::string claim;
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<alarm_row>> taken;
};

// What a fire_alarms did.
struct fired_alarms {
    std::vector<std::string> servers;  // expired by it; their tokens are gone
    std::vector<ended_token> tokens;   // removed by it, of servers that live on
};

// Does what the alarms of a claim are for, and removes them:
// - server_expiry: sets expired_at and removes the tokens. A server that is revoked, expired
//   already or prolonged beyond `now` stays as it is.
// - token_expiry: removes the tokens that end by `now`; with others left to end, the alarm stays,
//   moved to the next of them.
// Does nothing to alarms that somebody else holds meanwhile, or that were moved since. `claim`,
// `now` and `until` are those of the claim. `done` as for claim_alarms. What was done is logged
// when `origin` is not empty.
struct fire_alarms {
    std::string claim;
    timestamp now;
    timestamp until;
    std::shared_ptr<fired_alarms> done;
    std::string origin{};
};

// Gives an alarm of a claim back, to be taken from `next_at` on. Nothing happens to one that
// somebody else holds.
struct postpone_alarm {
    std::string claim;
    alarm_row alarm;
    timestamp next_at;
};

// Ends every claim that runs out between `now` and `until`: for a store that no other process uses,
// at the start, when whoever held them is dead.
struct release_alarms {
    timestamp now;
    timestamp until;
};

// The safety net: arms alarms for servers and tokens whose time was over at `now` and which have
// none, at most 1,000 of each. How many those were is put into `armed`, as for claim_alarms.
struct arm_missing_alarms {
    timestamp now;
    std::shared_ptr<std::int64_t> armed;
};

// Writes an entry of the change log and puts its number into `seq`, as for claim_alarms. To be the
// last change of its list but for alarms: who comes after waits for its commit.
struct log_change {
    logged_kind kind = logged_kind::unknown;
    std::vector<std::string> subjects;
    std::string origin;
    timestamp at;
    std::shared_ptr<std::int64_t> seq;
};

// Begins the change log, with that epoch, unless there is one.
struct open_log {
    std::string epoch;
};

// Begins another log in place of one: for a store that has forgotten entries. Nothing happens when
// the epoch is not `old` any more.
struct renew_log {
    std::string old;
    std::string epoch;
};

// Removes entries that were made before `before`.
struct trim_log {
    timestamp before;
};

// Writes the row, whose `beats` the store counts.
struct put_instance {
    instance_row row;
};

// Removes an instance, if its row was not written since it had that many beats; none: in any case.
struct remove_instance {
    std::string id;
    std::optional<std::int64_t> beats;
};

using change =
    std::variant<put_setting, add_setting, add_team, freeze_team, add_api_key, remove_api_key,
                 add_account, replace_account, reject_credential, remove_account, add_server,
                 replace_server, revoke_server, revoke_servers, suspend, add_token, cap_tokens,
                 drop_tokens, drop_token, add_usage, add_replay, purge_expired, claim_alarms,
                 fire_alarms, postpone_alarm, release_alarms, arm_missing_alarms, log_change,
                 open_log, renew_log, trim_log, put_instance, remove_instance, use_oauth_client,
                 add_authorization, rotate_refresh, revoke_authorization>;

}  // namespace tollgate::storage
