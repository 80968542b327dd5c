#include "tenancy/grants/api_keys.hpp"

#include <array>
#include <utility>

#include "base/ids.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/changes/tokens.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr int key_load_attempts = 8;
constexpr std::array<std::string_view, 3> role_words{"viewer", "operator", "admin"};

base::failure invalid_key(std::string_view secret) {
    if (secret.starts_with(mcp_token_prefix))
        return fail(errc::unauthorized, "invalid_api_key",
                    "this is the token of an MCP URL (tgm_…), which opens /mcp only: the admin API "
                    "takes an API key, as 'Authorization: Bearer tgk_…'");
    return fail(
        errc::unauthorized, "invalid_api_key",
        "this API key is unknown or was deleted: send a valid one as 'Authorization: Bearer "
        "tgk_…'");
}

api_key key_of(const storage::api_key_row& row) {
    return {row.id,
            row.team_id,
            row.name,
            parse_role(row.role).value_or(role::viewer),
            row.instance_owner,
            row.key_prefix,
            row.created_by,
            row.created_at,
            row.last_used_at};
}

}  // namespace

std::string_view to_string(role value) {
    return role_words[static_cast<std::size_t>(value)];
}

std::optional<role> parse_role(std::string_view word) {
    for (std::size_t i = 0; i < role_words.size(); ++i)
        if (role_words[i] == word) return static_cast<role>(i);
    return {};
}

api_keys::api_keys(const environment& env, change_feed& changes)
    : env_(env), changes_(changes), cache_(env.limits.cached_api_keys), uses_(env) {}

awaitable<result<std::shared_ptr<const api_key>>> api_keys::authenticate(std::string_view secret) {
    if (!well_formed_token(secret, api_key_prefix)) co_return invalid_key(secret);
    const base::digest slot = env_.hasher.cache_key(secret);
    const bool trusted = env_.lease->holds();
    if (auto known = trusted ? cache_.find(slot) : nullptr) {
        uses_.note(known->id);
        co_return known;
    }
    for (int attempt = 0; attempt < key_load_attempts; ++attempt) {
        const auto generation = cache_.generation();
        auto candidates = env_.hasher.candidates(secret);
        auto row = co_await env_.store.find_api_key_by_token(std::move(candidates));
        if (!row) co_return row.error();
        if (!*row) co_return invalid_key(secret);
        auto loaded = std::make_shared<const api_key>(key_of(**row));
        if (trusted && !cache_.put(slot, loaded, generation)) continue;
        uses_.note(loaded->id);
        co_return loaded;
    }
    co_return fail(errc::unavailable, "busy", "API keys change too fast now; try again");
}

api_keys::drafted api_keys::draft(std::string team_id, std::string name, role rank,
                                  bool instance_owner, std::string created_by) const {
    drafted out;
    out.made.secret = make_token(api_key_prefix);
    storage::api_key_row& row = out.row;
    row.id = base::make_id("key");
    row.team_id = std::move(team_id);
    row.name = std::move(name);
    row.role = to_string(rank);
    row.instance_owner = instance_owner;
    row.token = env_.hasher.hash(out.made.secret.reveal());
    row.key_prefix = shown_prefix(out.made.secret.reveal());
    row.created_by = std::move(created_by);
    row.created_at = env_.clock.now();
    out.made.key = key_of(row);
    return out;
}

awaitable<result<new_api_key>> api_keys::create(const api_key& by, api_key_input input,
                                                answer_writer<new_api_key> answer) {
    auto named = check_name(input.name);
    if (!named) co_return named.error();
    const auto rank = parse_role(input.role);
    if (!rank)
        co_return base::invalid("unknown_role", "the roles are: admin, operator, viewer", "role");
    if (input.instance_owner && (!by.instance_owner || *rank != role::admin))
        co_return fail(errc::forbidden, "owner_only",
                       "only an instance owner makes another one, and only with role admin",
                       "instance_owner");
    auto drafted = draft(by.team_id, std::move(input.name), *rank, input.instance_owner, by.id);
    std::vector<storage::change> changes{
        storage::add_api_key{std::move(drafted.row), env_.limits.api_keys_per_team}};
    if (answer) changes.emplace_back(storage::add_replay{answer(drafted.made)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return std::move(drafted.made);
}

awaitable<> api_keys::store_uses() {
    const auto stored = co_await uses_.flush();
    if (!stored) env_.log.warning("key_uses_not_written", {{"reason", stored.error().message}});
}

awaitable<result<api_key>> api_keys::get(std::string team_id, std::string id) {
    co_await store_uses();
    auto row = co_await env_.store.find_api_key(std::move(team_id), std::move(id));
    if (!row) co_return row.error();
    if (!*row) co_return fail(errc::not_found, "not_found", "no such API key");
    co_return key_of(**row);
}

awaitable<result<std::vector<api_key>>> api_keys::list(std::string team_id, storage::page where) {
    co_await store_uses();
    auto rows = co_await env_.store.list_api_keys(std::move(team_id), std::move(where));
    if (!rows) co_return rows.error();
    std::vector<api_key> out;
    for (const auto& row : *rows) out.push_back(key_of(row));
    co_return out;
}

awaitable<result<>> api_keys::remove(std::string team_id, std::string id) {
    auto ended = std::make_shared<std::vector<storage::ended_token>>();
    std::vector<storage::change> changes{storage::remove_api_key{
        std::move(team_id), id, env_.clock.now(), ended, changes_.origin()}};
    const auto announced = changes_.announce(changes, storage::logged_kind::api_key_removed, {id});
    auto stored = co_await env_.store.commit(std::move(changes));
    // Even if the commit failed: its outcome is unknown, and reading the store again is always
    // safe.
    removed(id);
    ended_(*ended);
    if (stored) co_await changes_.settled(announced);
    co_return stored;
}

void api_keys::removed(std::string_view id) {
    cache_.drop_if([id](const api_key& key) { return key.id == id; });
}

void api_keys::forget_all() {
    cache_.drop_if([](const api_key&) { return true; });
}

}  // namespace tollgate::tenancy
