// Turns a token into its grant: a cache in front of the record store, in which a revoke always
// takes precedence.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/changes/tokens.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grant_entries.hpp"
#include "tenancy/grants/sharded_cache.hpp"
#include "tenancy/rules/grant.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

enum class server_change : std::uint8_t {
    changed,          // name, config, expiry or account: tokens stay valid, tool lists may differ
    tokens_replaced,  // a rotation without overlap: all older tokens are invalid, their streams
                      // must be closed
    token_ended,      // one token has ended: the streams opened with it must be closed
    expired,          // the server has expired: every stream must be closed
    revoked,          // every stream must be closed
    suspended,        // tokens stay valid but calls are refused: every stream must be closed
    owner_changed,    // rules or state of a team or an account: tool lists of its servers may
                      // differ; server_id is empty
    unknown,          // any of these, for any server: server_id is empty
};

struct server_event {
    std::string_view server_id;
    server_change kind = server_change::changed;
    std::string_view token_digest{};  // for token_ended: grant::token_digest
    std::string_view owner_id{};      // for owner_changed: of the team or the account
};

// Called before the change is acknowledged, on the thread of the caller that made it. Must be
// thread-safe and must not block.
using server_listener = std::function<void(const server_event&)>;

// Thread-safe, except where said otherwise.
class grants final : public grant_source {
public:
    grants(const environment& env, api_keys& keys);
    ~grants() override;

    std::shared_ptr<const grant> cached(std::string_view token) override;
    base::awaitable<base::result<std::shared_ptr<const grant>>> find(
        std::string_view token) override;
    std::shared_ptr<const grant> cached_authorization(std::string_view id) override;
    base::awaitable<base::result<std::shared_ptr<const grant>>> find_authorization(
        std::string_view id) override;
    base::awaitable<base::result<bool>> api_key_of_team(std::string_view secret,
                                                        std::string_view team_id) override;

    // The rules for the server of `row`, whose config is `config`, as grants have them; null if
    // there are none. `own` as for grant_policies::of(). Fails with errc::corrupt if stored rules
    // cannot be read.
    base::result<std::shared_ptr<const call_policies>> policies_of(const storage::grant_row& row,
                                                                   const server_config& config,
                                                                   const tool_directory* own);

    // The tools that a stored document declares, read once for each version. Fails as
    // grant_declarations::of() does.
    base::result<std::shared_ptr<const declared_tools>> declared_in(
        const std::string& document, const declarations_place& place);

    // The grant of a token by grant::token_digest, as the store has it now: for work that its token
    // began, which goes on without it. Fails as find() does.
    base::awaitable<base::result<std::shared_ptr<const grant>>> find_by_digest(
        std::string token_digest);

    // Makes find() ask shared copies of records before the store. Call before the loops run;
    // `entries` outlives this object.
    void use(grant_entries& entries) { entries_ = &entries; }

    // Registers a listener for as long as this object lives. Call before the loops run.
    void subscribe(server_listener listener) { listeners_.push_back(std::move(listener)); }

    // Drops every cached grant of the server, makes loads in progress start again, and notifies the
    // listeners. Call this after the store was changed (or may have been) and before acknowledging
    // the change.
    void server_changed(std::string_view server_id, server_change kind);
    // The same for many servers, in a single pass over the cache.
    void servers_changed(const std::vector<std::string>& server_ids, server_change kind);
    // The same for single tokens.
    void tokens_ended(const std::vector<storage::ended_token>& tokens);
    // The same for all servers of an account.
    void account_changed(std::string_view account_id, const std::vector<std::string>& server_ids,
                         server_change kind);

    // For a change of an account's or a team's state (frozen, needs_reauth): drops the cached
    // grants as above. Tools and tokens do not change, so listeners are not notified.
    void account_state_changed(std::string_view account_id);
    void team_state_changed(std::string_view team_id);

    // Drops the cached grants of servers, accounts and teams without notifying listeners. Only the
    // part of a subject before its colon counts; an empty list means all grants.
    void forget(const std::vector<std::string>& subjects);

    // For when it is unknown what has changed: drops every cached grant and has every stream
    // closed.
    void everything_changed();

    // Calls counted in memory and not yet written.
    struct pending_use {
        std::uint64_t calls = 0;
        std::int64_t last_used_unix_ms = 0;
    };
    pending_use pending(std::string_view server_id) const;

    // Writes the counts. They stay in memory if the store fails. Only one flush may run at a time.
    base::awaitable<base::result<>> flush_usage();

private:
    struct counted_server {
        std::string team_id;
        std::shared_ptr<usage_counter> usage;
    };

    std::shared_ptr<const grant> cached_name(std::string_view name) const;
    base::awaitable<base::result<std::shared_ptr<const grant>>> find_name(std::string name);
    base::awaitable<base::result<std::optional<storage::grant_row>>> load(std::string_view token);
    std::shared_ptr<usage_counter> counter_of(const storage::server_row& server);
    base::result<std::shared_ptr<const grant>> usable(const std::optional<storage::grant_row>& row);
    base::result<std::shared_ptr<const grant>> build(const storage::grant_row& row);
    void notify(const server_event& event) const;

    const environment& env_;
    api_keys& keys_;
    grant_entries* entries_ = nullptr;
    sharded_cache<grant> cache_;
    const std::unique_ptr<class grant_policies> policies_;
    std::vector<server_listener> listeners_;
    mutable std::mutex usage_mutex_;
    std::unordered_map<std::string, counted_server> usage_;
    const std::unique_ptr<class grant_declarations> declarations_;
};

// The text whose hash is stored as the token of an authorization. No token that a client sends
// looks like it.
std::string authorization_name(std::string_view id);

}  // namespace tollgate::tenancy
