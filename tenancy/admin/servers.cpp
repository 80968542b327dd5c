#include "tenancy/admin/servers.hpp"

#include <array>
#include <utility>

#include "base/crash_point.hpp"
#include "base/ids.hpp"
#include "storage/changes/servers.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/tokens.hpp"
#include "tenancy/admin/server_config_check.hpp"
#include "tenancy/grants/account_tools.hpp"
#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/grants/key_names.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::invalid;
using base::result;
using base::timestamp;
using storage::logged_kind;

constexpr std::chrono::seconds lead_min{60};
constexpr int write_attempts = 4;

base::failure not_found() {
    return fail(errc::not_found, "not_found", "no such MCP server");
}

base::failure revoked() {
    return fail(errc::conflict, "server_revoked",
                "this MCP server is revoked for good: create a new one");
}

base::failure no_url() {
    return fail(errc::conflict, "no_url",
                "this MCP server is reached by OAuth only: set config.auth to 'url' or 'both' "
                "first");
}

base::failure too_busy() {
    return fail(errc::conflict, "version_changed",
                "this MCP server is being changed by others: read it and try again");
}

result<std::optional<timestamp>> check_expiry(const std::optional<std::string>& text,
                                              timestamp now) {
    if (!text) return std::optional<timestamp>{};
    const auto at = base::parse_timestamp(*text);
    if (!at)
        return invalid("invalid_expires_at",
                       "expires_at must be a date and time with an offset, such as "
                       "2026-12-31T23:59:59Z, or null",
                       "expires_at");
    if (*at < now + lead_min)
        return invalid("expires_too_soon",
                       "expires_at must be at least 60 seconds ahead; it is now " +
                           base::format_timestamp(now),
                       "expires_at");
    return at;
}

bool expired(const storage::server_row& row, timestamp now) {
    return row.expired_at || (row.expires_at && now >= *row.expires_at);
}

result<> check_holder(std::string_view holder) {
    if (holder.empty()) return {};
    return check_name(holder, "holder");
}

// Refuses a change of what its author has not read. `expected`: the updated_at that the author
// read.
result<> check_still(const std::string& expected, timestamp updated_at) {
    const auto at = base::parse_timestamp(expected);
    if (!at)
        return invalid("wrong_type",
                       "expected_updated_at must be the updated_at of an answer, such as "
                       "2026-12-31T23:59:59.000Z",
                       "expected_updated_at");
    if (base::format_timestamp(*at) == base::format_timestamp(updated_at)) return {};
    return fail(errc::conflict, "version_changed",
                "this MCP server was changed after " + expected + ", at " +
                    base::format_timestamp(updated_at) + ": read it and try again");
}

// Applies a patch to the row. `tools` are those of its account.
result<> apply(storage::server_row& row, const server_patch& change, const environment& env,
               const tool_directory& tools) {
    if (row.revoked_at) return revoked();
    if (change.expected_updated_at) {
        const auto current = check_still(*change.expected_updated_at, row.updated_at);
        if (!current) return current;
    }
    if (change.name) {
        auto named = check_name(*change.name);
        if (!named) return named;
        row.name = *change.name;
    }
    if (change.holder) {
        auto good = check_holder(*change.holder);
        if (!good) return good;
        row.holder = *change.holder;
    }
    if (change.config) {
        const auto before = decode_config(row.config);
        const auto config =
            config_of_change(*change.config, before ? &*before : nullptr, row.id, tools);
        if (!config) return config.error();
        row.config = encode_config(*config);
    }
    if (change.edit) {
        auto config = decode_config(row.config);
        if (!config) return config.error();
        const auto edited = change.edit(*config);
        if (!edited) return edited;
        row.config = encode_config(*config);
    }
    if (change.expires_at) {
        const auto at = check_expiry(*change.expires_at, env.clock.now());
        if (!at) return at.error();
        row.expires_at = *at;
        row.expired_at.reset();
    }
    row.updated_at = env.clock.now();
    return {};
}

// The widest suspension in force; it must be resumed for the server to work again.
std::string_view suspended_by(const storage::server_row& row) {
    if (row.team_suspended_at) return "team";
    if (row.account_suspended_at) return "account";
    return row.suspended_at ? "server" : "";
}

}  // namespace

std::string_view to_string(server_status status) {
    constexpr std::array<std::string_view, 4> names{"active", "expired", "revoked", "suspended"};
    return names[static_cast<std::size_t>(status)];
}

std::vector<rule_exception> open_exceptions(const server_config& config, base::timestamp now) {
    if (!config.exceptions) return {};
    auto all = decode_exceptions(*config.exceptions);
    if (!all) return {};
    std::erase_if(*all, [&](const rule_exception& one) { return now >= one.ends_at; });
    return std::move(*all);
}

result<mcp_server> servers::view(const storage::server_row& row) const {
    auto config = decode_config(row.config);
    if (!config) return config.error();
    mcp_server out;
    out.id = row.id;
    out.team_id = row.team_id;
    out.account_id = row.account_id;
    out.name = row.name;
    out.holder = row.holder;
    out.exceptions = open_exceptions(*config, env_.clock.now());
    out.config = std::move(*config);
    out.expires_at = row.expires_at;
    const timestamp now = env_.clock.now();
    out.suspended_by = suspended_by(row);
    if (!out.suspended_by.empty()) out.status = server_status::suspended;
    if (expired(row, now)) out.status = server_status::expired;
    if (row.revoked_at) out.status = server_status::revoked;
    out.token_prefix = row.token_prefix;
    if (row.old_token_expires_at && now < *row.old_token_expires_at && !row.revoked_at) {
        out.old_token_prefix = row.old_token_prefix;
        out.old_token_expires_at = row.old_token_expires_at;
    }
    out.created_by = row.created_by;
    out.created_at = row.created_at;
    out.updated_at = row.updated_at;
    out.revoked_at = row.revoked_at;
    out.suspended_at = row.suspended_at;
    out.team_allow_live_writes = row.team_allow_live_writes;
    out.last_used_at = row.last_used_at;
    out.use_count = row.use_count;
    const auto pending = grants_.pending(row.id);
    if (pending.calls > 0) {
        out.use_count += static_cast<std::int64_t>(pending.calls);
        const auto used = base::from_unix_ms(pending.last_used_unix_ms);
        if (!out.last_used_at || *out.last_used_at < used) out.last_used_at = used;
    }
    return out;
}

awaitable<result<bool>> servers::is_live(std::string team_id, std::string account_id) const {
    const auto row = co_await env_.store.find_account(std::move(team_id), std::move(account_id));
    if (!row) co_return row.error();
    co_return *row && (*row)->mode == account_mode::live;
}

result<server_config> servers::config_of_new(server_config config, bool live,
                                             const tool_directory& tools) const {
    const auto preset_known = apply_preset(config);
    if (!preset_known) return preset_known.error();
    apply_default_methods(config, env_.limits);
    if (live && !config.allow_live_writes) config.allow_live_writes = false;
    const auto good = check_filter_and_rules(config, {}, tools);
    if (!good) return good.error();
    return config;
}

awaitable<result<new_mcp_server>> servers::create(const api_key& by, std::string account_id,
                                                  server_input input,
                                                  answer_writer<new_mcp_server> answer) {
    auto named = check_name(input.name);
    if (named) named = check_holder(input.holder);
    if (!named) co_return named.error();
    auto live = co_await is_live(by.team_id, account_id);
    if (!live) co_return live.error();
    const auto team = co_await env_.store.find_team(by.team_id);
    if (!team) co_return team.error();
    const auto tools = co_await tools_of_account(env_, grants_, by.team_id, account_id);
    if (!tools) co_return tools.error();
    auto config = config_of_new(std::move(input.config), *live, *tools->known);
    if (!config) co_return config.error();
    input.config = std::move(*config);
    if (!input.expires_at && env_.limits.default_expiry.count() > 0)
        input.expires_at = base::format_timestamp(env_.clock.now() + env_.limits.default_expiry);
    const timestamp now = env_.clock.now();
    const auto expires_at = check_expiry(input.expires_at.value_or(std::nullopt), now);
    if (!expires_at) co_return expires_at.error();

    const bool by_url = auth_of(input.config) != server_auth::oauth;
    base::secret token = by_url ? make_token(mcp_token_prefix) : base::secret{};
    storage::server_row row;
    row.id = base::make_id("mcp");
    row.team_id = by.team_id;
    row.account_id = std::move(account_id);
    row.name = std::move(input.name);
    row.holder = std::move(input.holder);
    row.config = encode_config(input.config);
    row.expires_at = *expires_at;
    if (by_url) row.token_prefix = shown_prefix(token.reveal());
    row.created_by = by.id;
    row.created_at = now;
    row.updated_at = now;
    row.team_allow_live_writes = *team && (*team)->settings.allow_live_writes;
    auto shown = view(row);
    if (!shown) co_return shown.error();
    shown->created_by_name = by.name;
    new_mcp_server out{std::move(*shown), std::move(token)};
    storage::server_token_row stored_token{{}, row.team_id, row.id, now, {}};
    std::vector<storage::change> changes{
        storage::add_server{std::move(row), env_.limits.servers_per_account}};
    if (by_url) {
        stored_token.token = env_.hasher.hash(out.token.reveal());
        stored_token.prefix = shown_prefix(out.token.reveal());
        changes.emplace_back(storage::add_token{std::move(stored_token)});
    }
    if (answer) changes.emplace_back(storage::add_replay{answer(out)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    base::crash_point("create.after_commit");
    if (*expires_at) alarms_.armed(**expires_at);
    base::crash_point("create.before_answer");
    co_return out;
}

awaitable<result<mcp_server>> servers::get(std::string team_id, std::string account_id,
                                           std::string id) {
    auto row =
        co_await env_.store.find_server(std::move(team_id), std::move(account_id), std::move(id));
    if (!row) co_return row.error();
    if (!*row) co_return not_found();
    std::string team = (*row)->team_id;
    std::vector<storage::server_row> one{std::move(**row)};
    auto shown = co_await views(std::move(team), std::move(one));
    if (!shown) co_return shown.error();
    co_return std::move(shown->front());
}

awaitable<result<std::vector<mcp_server>>> servers::views(
    std::string team_id, std::vector<storage::server_row> rows) const {
    std::vector<mcp_server> out;
    for (const auto& row : rows) {
        auto shown = view(row);
        if (!shown) co_return shown.error();
        out.push_back(std::move(*shown));
    }
    auto named = co_await add_key_names(env_.store, std::move(team_id), out,
                                        &mcp_server::created_by, &mcp_server::created_by_name);
    if (!named) co_return named.error();
    co_return out;
}

awaitable<result<std::vector<mcp_server>>> servers::search(std::string team_id,
                                                           storage::server_search search,
                                                           storage::page where) {
    std::string team = team_id;
    auto rows =
        co_await env_.store.search_servers(std::move(team), std::move(search), std::move(where));
    if (!rows) co_return rows.error();
    co_return co_await views(std::move(team_id), std::move(*rows));
}

awaitable<result<std::vector<mcp_server>>> servers::list(std::string team_id,
                                                         std::string account_id,
                                                         storage::page where) {
    auto account = co_await env_.store.find_account(team_id, account_id);
    if (!account) co_return account.error();
    if (!*account)
        co_return fail(errc::not_found, "account_not_found", "no such integrated account");
    std::string team = team_id;
    auto rows =
        co_await env_.store.list_servers(std::move(team), std::move(account_id), std::move(where));
    if (!rows) co_return rows.error();
    co_return co_await views(std::move(team_id), std::move(*rows));
}

awaitable<result<mcp_server>> servers::patch(std::string team_id, std::string account_id,
                                             std::string id, server_patch change) {
    const auto tools = co_await tools_of_account(env_, grants_, team_id, account_id);
    if (!tools) co_return tools.error().kind == errc::not_found ? not_found() : tools.error();
    for (int attempt = 0; attempt < write_attempts; ++attempt) {
        auto row = co_await env_.store.find_server(team_id, account_id, id);
        if (!row) co_return row.error();
        if (!*row) co_return not_found();
        storage::server_row next = std::move(**row);
        const bool dead = expired(next, env_.clock.now());
        auto good = apply(next, change, env_, *tools->known);
        if (!good) co_return good.error();
        std::string team = team_id;
        std::vector<storage::server_row> one{next};
        auto shown = co_await views(std::move(team), std::move(one));
        if (!shown) co_return shown.error();
        const auto ends_at = next.expires_at;
        std::vector<storage::change> changes{storage::replace_server{std::move(next)}};
        // An expired token must not become valid again, even if its expiry is not processed yet.
        if (dead)
            changes.emplace_back(storage::drop_tokens{team_id, id, storage::token_kinds::all});
        const auto announced = changes_.announce(
            changes, dead ? logged_kind::tokens_replaced : logged_kind::server_changed, {id});
        auto stored = co_await env_.store.commit(std::move(changes));
        // Also after a failed commit: its outcome is unknown, and reading again is always safe.
        grants_.server_changed(
            id, stored && dead ? server_change::tokens_replaced : server_change::changed);
        if (stored && ends_at) alarms_.armed(*ends_at);
        if (stored) co_await changes_.settled(announced);
        if (stored) co_return std::move(shown->front());
        if (stored.error().code == "server_revoked") co_return revoked();
        if (stored.error().code != "version_changed") co_return stored.error();
    }
    co_return too_busy();
}

awaitable<result<new_mcp_server>> servers::rotate(std::string team_id, std::string account_id,
                                                  std::string id, std::int64_t overlap_seconds,
                                                  answer_writer<new_mcp_server> answer) {
    if (overlap_seconds < 0 || overlap_seconds > overlap_seconds_max)
        co_return invalid("invalid_overlap",
                          "overlap_seconds must be a whole number from 0 to 2592000 (30 days)",
                          "overlap_seconds");
    for (int attempt = 0; attempt < write_attempts; ++attempt) {
        auto row = co_await env_.store.find_server(team_id, account_id, id);
        if (!row) co_return row.error();
        if (!*row) co_return not_found();
        storage::server_row next = std::move(**row);
        const timestamp now = env_.clock.now();
        if (next.revoked_at) co_return revoked();
        if (expired(next, now))
            co_return fail(errc::conflict, "server_expired",
                           "this MCP server has expired: PATCH its expires_at first");

        auto current = view(next);
        if (!current) co_return current.error();
        if (auth_of(current->config) == server_auth::oauth) co_return no_url();
        base::secret token = make_token(mcp_token_prefix);
        next.old_token_prefix = std::exchange(next.token_prefix, shown_prefix(token.reveal()));
        next.old_token_expires_at.reset();
        if (overlap_seconds > 0)
            next.old_token_expires_at = now + std::chrono::seconds{overlap_seconds};
        else
            next.old_token_prefix.clear();
        const auto old_ends = next.old_token_expires_at;
        next.updated_at = now;
        auto shown = view(next);
        if (!shown) co_return shown.error();
        new_mcp_server out{std::move(*shown), std::move(token)};
        std::vector<storage::change> changes{storage::replace_server{std::move(next)}};
        if (old_ends)
            changes.emplace_back(storage::cap_tokens{team_id, id, *old_ends});
        else
            changes.emplace_back(storage::drop_tokens{team_id, id});
        storage::server_token_row stored_token{
            env_.hasher.hash(out.token.reveal()), team_id, id, now, {}};
        stored_token.prefix = shown_prefix(out.token.reveal());
        changes.emplace_back(storage::add_token{std::move(stored_token)});
        if (answer) changes.emplace_back(storage::add_replay{answer(out)});
        const auto announced = changes_.announce(
            changes,
            overlap_seconds == 0 ? logged_kind::tokens_replaced : logged_kind::server_changed,
            {id});
        auto stored = co_await env_.store.commit(std::move(changes));
        base::crash_point("rotate.after_commit");
        const bool cut = stored.has_value() && overlap_seconds == 0;
        grants_.server_changed(id, cut ? server_change::tokens_replaced : server_change::changed);
        if (stored && old_ends) alarms_.armed(*old_ends);
        if (stored) co_await changes_.settled(announced);
        base::crash_point("rotate.before_answer");
        if (stored) co_return out;
        if (stored.error().code == "server_revoked") co_return revoked();
        if (stored.error().code != "version_changed") co_return stored.error();
    }
    co_return too_busy();
}

awaitable<result<std::int64_t>> servers::count(std::string team_id, std::string account_id) {
    return env_.store.count_servers(std::move(team_id), std::move(account_id));
}

awaitable<result<>> servers::revoke(std::string team_id, std::string account_id, std::string id) {
    std::vector<storage::change> changes{
        storage::revoke_server{std::move(team_id), std::move(account_id), id, env_.clock.now()}};
    const auto announced = changes_.announce(changes, logged_kind::server_revoked, {id});
    auto stored = co_await env_.store.commit(std::move(changes));
    base::crash_point("revoke.after_commit");
    const bool gone = stored.has_value();
    // If the id belongs to another team, nothing changed and no listener is notified.
    if (gone || stored.error().kind != errc::not_found)
        grants_.server_changed(id, gone ? server_change::revoked : server_change::changed);
    if (gone) co_await changes_.settled(announced);
    base::crash_point("revoke.before_answer");
    co_return stored;
}

}  // namespace tollgate::tenancy
