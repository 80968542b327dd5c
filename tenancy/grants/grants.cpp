#include "tenancy/grants/grants.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "storage/changes/servers.hpp"
#include "storage/changes/tokens.hpp"
#include "tenancy/grants/grant_declarations.hpp"
#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/grants/open_account.hpp"
#include "tenancy/rules/scope.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr int grant_load_attempts = 8;

base::failure no_grant() {
    return fail(errc::not_found, "unknown_token",
                "this MCP URL is unknown, expired or revoked: ask its owner for a new one");
}

base::failure suspended(std::string_view what) {
    return fail(errc::forbidden, "suspended",
                "This " + std::string{what} +
                    " is suspended: nothing is called until an administrator resumes it. Do not "
                    "try again by yourself.");
}

// Returns nullopt if it is not suspended.
std::optional<base::failure> suspension_of(const storage::grant_row& row) {
    if (row.server.suspended_at) return suspended("MCP server");
    if (row.account.suspended_at) return suspended("MCP server's account");
    if (row.team_suspended_at) return suspended("MCP server's team");
    return {};
}

std::optional<base::timestamp> earlier(const std::optional<base::timestamp>& a,
                                       const std::optional<base::timestamp>& b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(*a, *b);
}

// Everything that a list of tools depends on.
std::string listing_key_of(const storage::grant_row& row, const grant& made,
                           const account_access& account) {
    std::string out = row.server.config +
                      (account.mode == account_mode::live ? "|live|" : "|test|") +
                      row.account.connected_accounts + "|" + row.token_scope +
                      (account.orders == orders_kind::none ? "" : "|orders") +
                      (made.policies && made.policies->live_writes_refused ? "|reads" : "") +
                      (account.service ? "|service" : "");
    if (row.team_policy_version != 0 || row.account_policy_version != 0)
        out += "|" + row.server.team_id + "|" + std::to_string(row.team_policy_version) + "|" +
               row.account.id + "|" + std::to_string(row.account_policy_version);
    if (made.declared != nullptr)
        out += "|declared|" + row.account.id + "|" + std::to_string(row.declarations_version);
    return out;
}

}  // namespace

grants::grants(const environment& env, api_keys& keys)
    : env_(env),
      keys_(keys),
      cache_(env.limits.cached_grants),
      policies_(std::make_unique<grant_policies>(env.tools)),
      declarations_(std::make_unique<grant_declarations>(env.declarations)) {}

grants::~grants() = default;

std::string authorization_name(std::string_view id) {
    return "authorization " + std::string{id};
}

std::shared_ptr<const grant> grants::cached(std::string_view token) {
    if (!well_formed_token(token, mcp_token_prefix)) return nullptr;
    return cached_name(token);
}

std::shared_ptr<const grant> grants::cached_authorization(std::string_view id) {
    return cached_name(authorization_name(id));
}

awaitable<result<std::shared_ptr<const grant>>> grants::find(std::string_view token) {
    if (!well_formed_token(token, mcp_token_prefix)) co_return no_grant();
    std::string name{token};
    auto found = co_await find_name(std::move(name));
    co_return found;
}

awaitable<result<std::shared_ptr<const grant>>> grants::find_authorization(std::string_view id) {
    return find_name(authorization_name(id));
}

awaitable<result<std::shared_ptr<const grant>>> grants::find_by_digest(std::string token_digest) {
    std::vector<storage::token_hash> candidates;
    for (const auto& pepper : env_.hasher.peppers().all())
        candidates.push_back({pepper.id, token_digest});
    const auto row = co_await env_.store.find_grant(std::move(candidates));
    if (!row) co_return row.error();
    co_return usable(*row);
}

// The grant of a stored row, unless it grants nothing now.
result<std::shared_ptr<const grant>> grants::usable(const std::optional<storage::grant_row>& row) {
    if (!row) return no_grant();
    if (auto paused = suspension_of(*row)) return std::move(*paused);
    auto built = build(*row);
    if (built && !grant_valid_at(**built, env_.clock.now())) return no_grant();
    return built;
}

std::shared_ptr<const grant> grants::cached_name(std::string_view name) const {
    if (!env_.lease->holds()) return nullptr;
    return cache_.find(env_.hasher.cache_key(name));
}

awaitable<result<std::shared_ptr<const grant>>> grants::find_name(std::string name) {
    const base::digest slot = env_.hasher.cache_key(name);
    const bool trusted = env_.lease->holds();
    std::shared_ptr<const grant> found = trusted ? cache_.find(slot) : nullptr;
    for (int attempt = 0; !found && attempt < grant_load_attempts; ++attempt) {
        const auto generation = cache_.generation();
        auto row = co_await load(name);
        if (!row) co_return row.error();
        // Suspended or expired grants are never cached, because a cached grant is usable until it
        // expires.
        auto built = usable(*row);
        if (!built) co_return built.error();
        if (!trusted || cache_.put(slot, *built, generation)) found = *built;
    }
    if (!found)
        co_return fail(errc::unavailable, "busy", "MCP servers change too fast now; try again");
    if (!grant_valid_at(*found, env_.clock.now())) co_return no_grant();
    co_return found;
}

// Reads a current shared copy if there is one, otherwise the store, and then shares its answer.
awaitable<result<std::optional<storage::grant_row>>> grants::load(std::string_view token) {
    auto candidates = env_.hasher.candidates(token);
    auto place = entries_ == nullptr ? std::nullopt : entries_->here();
    if (place) {
        auto copied = co_await entries_->find(candidates);
        if (copied) co_return copied;
    }
    auto row = co_await env_.store.find_grant(std::move(candidates));
    if (row && *row && place) {
        auto copy = **row;
        co_await entries_->keep(std::move(copy), std::move(*place));
    }
    co_return row;
}

awaitable<result<bool>> grants::api_key_of_team(std::string_view secret, std::string_view team_id) {
    const auto key = co_await keys_.authenticate(secret);
    if (key) co_return (*key)->team_id == team_id;
    if (key.error().kind == errc::unauthorized) co_return false;
    co_return key.error();
}

result<std::shared_ptr<const grant>> grants::build(const storage::grant_row& row) {
    const auto unreadable = [this, &row](const base::failure& why) {
        env_.log.error("grant_unreadable", {{"server", row.server.id}, {"reason", why.message}});
        return fail(errc::unavailable, "grant_unreadable",
                    "this MCP server cannot be read; its operator finds the reason in the log");
    };
    const auto config = decode_config(row.server.config);
    if (!config) return unreadable(config.error());
    auto opened = open_account(env_.secrets, row.account);
    if (!opened) return unreadable(opened.error());
    auto account = std::make_shared<account_access>(std::move(*opened));

    auto out = std::make_shared<grant>();
    out->server_id = row.server.id;
    out->server_name = row.server.name;
    out->team_id = row.server.team_id;
    out->token_digest = row.token_digest;
    out->filter = filter_of(*config);
    const auto* const service = account->service ? &*account->service : nullptr;
    auto declared =
        declarations_->of({row.account.id, row.declarations_version, service}, row.declarations);
    if (!declared) return unreadable(declared.error());
    const auto* const own_tools = *declared ? (*declared)->directory.get() : nullptr;
    auto policies = policies_->of(row, *config, own_tools);
    if (!policies) return unreadable(policies.error());
    if (*policies) out->filter = without_refused(std::move(out->filter), **policies);
    out->policies = std::move(*policies);
    if (*declared) out->filter = narrowed_by(std::move(out->filter), **declared);
    if (account->service && !*declared) out->filter = without_tools(std::move(out->filter));
    out->declared = std::move(*declared);
    out->expires_at = earlier(row.server.expires_at, row.token_expires_at);
    if (row.token_scope == oauth::read_scope)
        out->filter.methods = static_cast<method_set>(out->filter.methods & read_methods);
    out->auth = auth_of(*config);
    out->require_api_token_auth = config->require_api_token_auth.value_or(false);
    out->structured_content = config->structured_content.value_or(false);
    out->listing = listing_of(*config);
    out->listing_key = listing_key_of(row, *out, *account);
    out->results = results_of(*config);
    out->confirm = confirmation_of(*config);
    out->expand_any = config->expand == "any";
    out->rate = rate_of(*config);
    out->record_arguments = row.team_audit_arguments == "redacted";
    out->receipt_metadata = row.team_receipt_metadata;
    out->team_frozen = row.team_frozen_at.has_value();
    out->frozen = out->team_frozen || row.account.frozen_at.has_value();
    out->needs_reauth = row.account.needs_reauth_at.has_value();
    out->account = std::move(account);
    out->usage = counter_of(row.server);
    return std::shared_ptr<const grant>{std::move(out)};
}

result<std::shared_ptr<const declared_tools>> grants::declared_in(const std::string& document,
                                                                  const declarations_place& place) {
    return declarations_->of(place, document);
}

result<std::shared_ptr<const call_policies>> grants::policies_of(const storage::grant_row& row,
                                                                 const server_config& config,
                                                                 const tool_directory* own) {
    return policies_->of(row, config, own);
}

void grants::server_changed(std::string_view server_id, server_change kind) {
    cache_.drop_if([&](const grant& value) { return value.server_id == server_id; });
    notify({server_id, kind});
}

void grants::servers_changed(const std::vector<std::string>& server_ids, server_change kind) {
    if (server_ids.empty()) return;
    const std::unordered_set<std::string_view> changed{server_ids.begin(), server_ids.end()};
    cache_.drop_if([&](const grant& value) { return changed.contains(value.server_id); });
    for (const std::string& id : server_ids) notify({id, kind});
}

void grants::tokens_ended(const std::vector<storage::ended_token>& tokens) {
    if (tokens.empty()) return;
    std::unordered_set<std::string_view> ended;
    for (const auto& token : tokens) ended.insert(token.digest);
    cache_.drop_if([&](const grant& value) { return ended.contains(value.token_digest); });
    for (const auto& token : tokens)
        notify({token.server_id, server_change::token_ended, token.digest});
}

void grants::account_changed(std::string_view account_id,
                             const std::vector<std::string>& server_ids, server_change kind) {
    std::vector<std::string> notified = server_ids;
    cache_.drop_if([&](const grant& value) {
        if (value.account->id != account_id) return false;
        notified.push_back(value.server_id);  // a server created after the ids were read
        return true;
    });
    std::sort(notified.begin(), notified.end());
    notified.erase(std::unique(notified.begin(), notified.end()), notified.end());
    for (const std::string& id : notified) notify({id, kind});
}

void grants::account_state_changed(std::string_view account_id) {
    cache_.drop_if([&](const grant& value) { return value.account->id == account_id; });
    notify({{}, server_change::owner_changed, {}, account_id});
}

void grants::team_state_changed(std::string_view team_id) {
    cache_.drop_if([&](const grant& value) { return value.team_id == team_id; });
    notify({{}, server_change::owner_changed, {}, team_id});
}

void grants::forget(const std::vector<std::string>& subjects) {
    std::unordered_set<std::string_view> changed;
    for (const std::string_view subject : subjects)
        changed.insert(subject.substr(0, subject.find(':')));
    cache_.drop_if([&](const grant& value) {
        return changed.empty() || changed.contains(value.server_id) ||
               changed.contains(value.account->id) || changed.contains(value.team_id);
    });
}

void grants::everything_changed() {
    cache_.drop_if([](const grant&) { return true; });
    notify({{}, server_change::unknown});
}

void grants::notify(const server_event& event) const {
    for (const server_listener& listener : listeners_) listener(event);
}

std::shared_ptr<usage_counter> grants::counter_of(const storage::server_row& server) {
    const std::lock_guard lock{usage_mutex_};
    counted_server& entry = usage_[server.id];
    if (!entry.usage) {
        entry.team_id = server.team_id;
        entry.usage = std::make_shared<usage_counter>();
    }
    return entry.usage;
}

grants::pending_use grants::pending(std::string_view server_id) const {
    const std::lock_guard lock{usage_mutex_};
    const auto found = usage_.find(std::string{server_id});
    if (found == usage_.end()) return {};
    const usage_counter& counter = *found->second.usage;
    return {counter.calls.load(), counter.last_used_unix_ms.load()};
}

awaitable<result<>> grants::flush_usage() {
    std::vector<storage::add_usage> uses;
    std::vector<std::pair<std::shared_ptr<usage_counter>, std::uint64_t>> taken;
    {
        const std::lock_guard lock{usage_mutex_};
        for (auto entry = usage_.begin(); entry != usage_.end();) {
            const auto& [id, server] = *entry;
            const std::uint64_t calls = server.usage->calls.exchange(0);
            if (calls > 0) {
                uses.push_back({server.team_id, id, static_cast<std::int64_t>(calls),
                                base::from_unix_ms(server.usage->last_used_unix_ms.load())});
                taken.emplace_back(server.usage, calls);
            }
            // No cached grant and no request holds the counter.
            const bool idle = calls == 0 && server.usage.use_count() == 1;
            entry = idle ? usage_.erase(entry) : std::next(entry);
        }
    }
    if (uses.empty()) co_return result<>{};
    // Every instance uses the same order, to avoid deadlocks.
    std::ranges::sort(uses, {}, &storage::add_usage::server_id);
    std::vector<storage::change> changes{uses.begin(), uses.end()};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored)
        for (const auto& [counter, calls] : taken) counter->calls += calls;
    co_return stored;
}

}  // namespace tollgate::tenancy
