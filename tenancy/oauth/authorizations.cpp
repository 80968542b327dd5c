#include "tenancy/oauth/authorizations.hpp"

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"
#include "base/ids.hpp"
#include "storage/changes/authorizations.hpp"
#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/grants/key_names.hpp"
#include "tenancy/oauth/client_id.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/oauth/refresh_token.hpp"
#include "tenancy/oauth/sealed_text.hpp"
#include "tenancy/rules/scope.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy::oauth {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using base::timestamp;

constexpr std::string_view request_purpose = "oauth request";
constexpr std::string_view code_purpose = "oauth code";
constexpr std::string_view code_prefix = "tga_";
constexpr int refresh_attempts = 4;

base::failure bad_grant(std::string message) {
    return fail(errc::invalid_argument, "invalid_grant", std::move(message));
}

base::failure bad_refresh() {
    return bad_grant("this refresh token is unknown, was used, or its authorization has ended");
}

base::failure no_server() {
    return fail(errc::not_found, "not_found", "no such MCP server");
}

authorization shown(storage::authorization_row row, timestamp now) {
    authorization out;
    out.active = row.active && now < row.expires_at;
    out.id = std::move(row.id);
    out.server_id = std::move(row.server_id);
    out.client_id = std::move(row.client_id);
    out.client_name = std::move(row.client_name);
    out.redirect_host = std::move(row.redirect_host);
    out.scope = std::move(row.scope);
    out.allowed_by = std::move(row.allowed_by);
    out.created_at = row.created_at;
    out.last_used_at = row.refreshed_at;
    out.expires_at = row.expires_at;
    out.revoked_at = row.revoked_at;
    return out;
}

}  // namespace

authorizations::authorizations(const environment& env, grants& live_grants, change_feed& changes,
                               alarms& scheduler, oauth_rules rules)
    : env_(env),
      grants_(live_grants),
      changes_(changes),
      alarms_(scheduler),
      rules_(rules),
      signer_(env.secrets.derive("oauth access token")),
      verified_(env.limits.cached_grants),
      seal_key_(env.secrets.derive("oauth sealed text")),
      client_key_(env.secrets.derive(client_id_key)) {}

awaitable<result<open_server>> authorizations::server(std::string id) {
    if (!base::is_id(id, "mcp")) co_return no_server();
    auto found = co_await env_.store.describe_server(std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return no_server();
    storage::described_server_row row = std::move(**found);
    auto config = decode_config(row.server.config);
    if (!config) co_return config.error();
    const bool over = row.server.revoked_at || row.server.expired_at ||
                      (row.server.expires_at && env_.clock.now() >= *row.server.expires_at);
    if (over || auth_of(*config) == server_auth::url) co_return no_server();
    open_server out;
    out.id = std::move(row.server.id);
    out.team_id = std::move(row.server.team_id);
    out.account_id = std::move(row.server.account_id);
    out.name = std::move(row.server.name);
    out.account_name = std::move(row.account_name);
    out.team_name = std::move(row.team_name);
    out.mode = row.account_mode;
    out.config = std::move(*config);
    out.team_allow_live_writes = row.team_allow_live_writes;
    out.expires_at = row.server.expires_at;
    co_return out;
}

std::string authorizations::seal(consent_request request) const {
    request.expires_at = env_.clock.now() + rules_.request_lifetime;
    return seal_text(seal_key_.reveal(), encode(request), request_purpose);
}

std::optional<consent_request> authorizations::open(std::string_view sealed) const {
    const auto text = open_text(seal_key_.reveal(), sealed, request_purpose);
    if (!text) return {};
    auto request = decode_request(*text);
    if (!request || env_.clock.now() >= request->expires_at) return {};
    return request;
}

std::string authorizations::code_for(const open_server& at, consent_request request,
                                     const api_key& by) const {
    code_claims claims;
    claims.authorization = base::make_id("oaz");
    claims.team_id = at.team_id;
    claims.allowed_by = by.id;
    claims.request = std::move(request);
    claims.request.state.clear();
    claims.request.expires_at = env_.clock.now() + rules_.code_lifetime;
    env_.log.info("oauth_allowed", {{"mcp_server", at.id},
                                    {"team", at.team_id},
                                    {"authorization", claims.authorization},
                                    {"client", claims.request.client_id},
                                    {"scope", claims.request.scope},
                                    {"key", by.id}});
    return std::string{code_prefix} + seal_text(seal_key_.reveal(), encode(claims), code_purpose);
}

result<code_claims> authorizations::check_code(const presenter& who, std::string_view code,
                                               std::string_view redirect_uri,
                                               std::string_view verifier) const {
    const auto text =
        code.starts_with(code_prefix)
            ? open_text(seal_key_.reveal(), code.substr(code_prefix.size()), code_purpose)
            : std::nullopt;
    auto claims = text ? decode_code(*text) : std::nullopt;
    if (!claims || claims->request.server_id != who.server_id)
        return bad_grant("this code is unknown");
    if (claims->request.client_id != who.client_id)
        return bad_grant("this code is another client's");
    if (claims->request.redirect_uri != redirect_uri)
        return bad_grant("redirect_uri is not the one that the code was sent to");
    if (!is_verifier(verifier) ||
        !base::equal_constant_time(challenge_of(verifier), claims->request.challenge))
        return bad_grant("code_verifier does not match the code_challenge");
    return std::move(*claims);
}

awaitable<result<issued_tokens>> authorizations::exchange(presenter who, std::string code,
                                                          std::string redirect_uri,
                                                          std::string verifier) {
    auto claims = check_code(who, code, redirect_uri, verifier);
    if (!claims) co_return claims.error();
    if (env_.clock.now() >= claims->request.expires_at) {
        // Even for an expired code, check whether it was used: a second use means that it has
        // leaked.
        auto used = co_await env_.store.find_authorization(claims->authorization);
        if (!used) co_return used.error();
        if (*used) {
            auto ended = co_await end(std::move(**used), "oauth_code_reused");
            if (!ended) co_return ended.error();
        }
        co_return bad_grant("this code is too old: a code is good for a minute, once");
    }
    std::string server_id = who.server_id;
    auto at = co_await server(std::move(server_id));
    if (!at && at.error().kind == errc::not_found) co_return bad_grant("this MCP server is gone");
    if (!at) co_return at.error();
    auto made = co_await create(std::move(who), std::move(*claims), std::move(*at));
    co_return made;
}

awaitable<result<issued_tokens>> authorizations::create(presenter who, code_claims claims,
                                                        open_server at) {
    const timestamp now = env_.clock.now();
    storage::authorization_row row;
    row.id = claims.authorization;
    row.team_id = claims.team_id;
    row.server_id = claims.request.server_id;
    row.client_id = claims.request.client_id;
    row.client_name = std::move(claims.request.client_name);
    row.redirect_host = host_of_uri(claims.request.redirect_uri);
    row.scope = claims.request.scope;
    row.allowed_by = std::move(claims.allowed_by);
    row.created_at = now;
    row.refreshed_at = now;
    row.expires_at = now + rules_.authorization_lifetime;
    if (at.expires_at) row.expires_at = std::min(row.expires_at, *at.expires_at);
    auto refresh = first_refresh_token(env_.hasher, row.id);
    row.refresh = env_.hasher.hash(refresh.reveal());
    auto token = env_.hasher.hash(authorization_name(row.id));
    row.token_digest = token.digest;
    const storage::authorization_row kept = row;
    auto client = co_await client_row(kept);
    if (!client) co_return client.error();
    std::vector<storage::change> changes;
    if (*client)
        changes.emplace_back(
            storage::use_oauth_client{std::move(**client), rules_.clients_per_server});
    changes.emplace_back(storage::add_authorization{std::move(row), std::move(token),
                                                    rules_.authorizations_per_server});
    auto stored = co_await env_.store.commit(std::move(changes));
    base::crash_point("authorize.after_commit");
    if (stored) {
        alarms_.armed(kept.expires_at);
        co_return issue(who, kept, std::move(refresh));
    }
    if (stored.error().code == "server_not_found") co_return bad_grant("this MCP server is gone");
    if (stored.error().code == "api_key_not_found")
        co_return bad_grant(
            "the person or API key that allowed this is gone, or may not any more: connect again");
    if (stored.error().code != "exists_already") co_return stored.error();
    auto ended = co_await end(kept, "oauth_code_reused");
    if (!ended) co_return ended.error();
    co_return bad_grant("this code was used already: what it gave has been taken back");
}

// The stored row of a registered client with an authorization; nullopt for a client whose id is the
// address of its metadata document.
awaitable<result<std::optional<storage::oauth_client_row>>> authorizations::client_row(
    const storage::authorization_row& given) {
    using found_row = std::optional<storage::oauth_client_row>;
    if (!given.client_id.starts_with(client_id_prefix)) co_return found_row{};
    found_row out;
    if (auto announced = open_client_id(client_key_.reveal(), given.server_id, given.client_id)) {
        out.emplace();
        out->id = given.client_id;
        out->team_id = given.team_id;
        out->server_id = given.server_id;
        out->name = std::move(announced->metadata.name);
        out->redirect_uris = encode_words(announced->metadata.redirect_uris);
        out->created_at = announced->created_at;
    } else {
        // This client registered before client ids contained the metadata.
        auto row =
            co_await env_.store.find_oauth_client(given.team_id, given.server_id, given.client_id);
        if (!row) co_return row.error();
        out = std::move(*row);
    }
    if (!out) co_return out;
    out->used_at = given.created_at;
    out->expires_at = given.expires_at + rules_.authorization_lifetime;
    co_return out;
}

issued_tokens authorizations::issue(const presenter& who, const storage::authorization_row& row,
                                    base::secret refresh) const {
    const timestamp now = env_.clock.now();
    access_claims claims;
    claims.issuer = who.issuer;
    claims.audience = who.issuer;
    claims.authorization = row.id;
    claims.client_id = row.client_id;
    claims.scope = row.scope;
    claims.id = base::make_id("oat");
    claims.issued_at = now;
    claims.expires_at = std::min(now + rules_.access_lifetime, row.expires_at);
    issued_tokens out;
    out.access = base::secret{signer_.sign(encode(claims))};
    out.refresh = std::move(refresh);
    out.scope = row.scope;
    out.expires_in = std::chrono::floor<std::chrono::seconds>(claims.expires_at - now);
    return out;
}

// The authorization of a refresh token that we issued and that this client may present here.
awaitable<result<std::optional<storage::authorization_row>>> authorizations::find(
    presenter who, std::string token) {
    auto id = authorization_of(env_.hasher, token);
    if (!id) co_return std::optional<storage::authorization_row>{};
    auto row = co_await env_.store.find_authorization(std::move(*id));
    if (!row) co_return row.error();
    const bool fits = *row && (*row)->server_id == who.server_id &&
                      (who.client_id.empty() || (*row)->client_id == who.client_id);
    if (!fits) co_return std::optional<storage::authorization_row>{};
    co_return std::move(*row);
}

awaitable<result<issued_tokens>> authorizations::refresh(presenter who, std::string token) {
    for (int attempt = 0; attempt < refresh_attempts; ++attempt) {
        auto found = co_await find(who, token);
        if (!found) co_return found.error();
        const timestamp now = env_.clock.now();
        if (!*found || !(*found)->active || now >= (*found)->expires_at) co_return bad_refresh();
        storage::authorization_row row = std::move(**found);
        std::string server_id = row.server_id;
        const auto at = co_await server(std::move(server_id));
        if (!at && at.error().kind == errc::not_found) co_return bad_refresh();
        if (!at) co_return at.error();
        auto next = next_refresh_token(env_.hasher, token);
        if (!stored_as(env_.hasher, token, row.refresh)) {
            const bool lost = stored_as(env_.hasher, next.reveal(), row.refresh) &&
                              now < row.refreshed_at + rules_.refresh_grace;
            if (lost) co_return issue(who, row, std::move(next));
            auto ended = co_await end(std::move(row), "oauth_refresh_reused");
            if (!ended) co_return ended.error();
            co_return bad_refresh();
        }
        std::vector<storage::change> changes{storage::rotate_refresh{
            row.team_id, row.id, row.refresh.digest, env_.hasher.hash(next.reveal()), now}};
        auto stored = co_await env_.store.commit(std::move(changes));
        base::crash_point("refresh.after_commit");
        if (stored) co_return issue(who, row, std::move(next));
        // Two requests ran at the same time; the other one's answer is valid for this one too.
        if (stored.error().code != "refresh_changed") co_return stored.error();
    }
    co_return fail(errc::unavailable, "busy", "this authorization changes too fast; try again");
}

awaitable<result<>> authorizations::end(storage::authorization_row row, std::string_view why) {
    env_.log.warning(why, {{"mcp_server", row.server_id},
                           {"team", row.team_id},
                           {"authorization", row.id},
                           {"client", row.client_id}});
    auto ended =
        co_await revoke(std::move(row.team_id), std::move(row.server_id), std::move(row.id));
    // It was purged in the meantime, so there is nothing to end.
    if (!ended && ended.error().kind == errc::not_found) co_return result<>{};
    co_return ended;
}

awaitable<result<>> authorizations::revoke_token(presenter who, std::string token) {
    auto row = co_await find(who, token);
    if (!row) co_return row.error();
    if (!*row) {
        auto id = verify(token, who.issuer);
        if (!id) co_return result<>{};
        auto named = co_await env_.store.find_authorization(std::move(*id));
        if (!named) co_return named.error();
        if (!*named || (*named)->client_id != who.client_id) co_return result<>{};
        row = std::move(named);
    }
    auto ended = co_await end(std::move(**row), "oauth_revoked");
    co_return ended;
}

awaitable<result<std::optional<token_facts>>> authorizations::introspect(std::string team_id,
                                                                         presenter where,
                                                                         std::string token) {
    token_facts out;
    std::optional<std::string> id;
    if (auto text = signer_.open(token)) {
        auto claims = decode_access(*text);
        if (claims) out.claims = std::move(*claims);
        id = verify(token, where.issuer);
    } else {
        id = authorization_of(env_.hasher, token);
        out.refresh = true;
    }
    if (!id) co_return std::optional<token_facts>{};
    auto found = co_await env_.store.find_authorization(*id);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<token_facts>{};
    const storage::authorization_row& row = **found;
    const bool good = row.active && row.team_id == team_id && row.server_id == where.server_id &&
                      env_.clock.now() < row.expires_at &&
                      (!out.refresh || stored_as(env_.hasher, token, row.refresh));
    if (!good) co_return std::optional<token_facts>{};
    if (out.refresh) {
        out.claims = {where.issuer, where.issuer, row.id,           row.client_id,
                      row.scope,    {},           row.refreshed_at, row.expires_at};
    }
    co_return std::optional<token_facts>{std::move(out)};
}

std::optional<std::string> authorizations::verify(std::string_view token,
                                                  std::string_view issuer) const {
    const base::digest slot = env_.hasher.cache_key(token);
    auto known = verified_.find(slot);
    if (!known) {
        const auto text = signer_.open(token);
        auto claims = text ? decode_access(*text) : std::nullopt;
        if (!claims || claims->issuer != claims->audience) return {};
        known = std::make_shared<const verified_token>(verified_token{
            std::move(claims->authorization), std::move(claims->issuer), claims->expires_at});
        verified_.put(slot, known, verified_.generation());
    }
    if (known->issuer != issuer || env_.clock.now() >= known->expires_at) return {};
    return known->authorization;
}

std::optional<std::string> authorizations::named_by(std::string_view token) const {
    if (token.starts_with(refresh_token_prefix)) return authorization_of(env_.hasher, token);
    if (token.starts_with(code_prefix)) {
        const auto text =
            open_text(seal_key_.reveal(), token.substr(code_prefix.size()), code_purpose);
        auto code = text ? decode_code(*text) : std::nullopt;
        if (!code) return {};
        return std::move(code->authorization);
    }
    const auto text = signer_.open(token);
    auto claims = text ? decode_access(*text) : std::nullopt;
    if (!claims) return {};
    return std::move(claims->authorization);
}

awaitable<result<std::vector<authorization>>> authorizations::list(std::string team_id,
                                                                   std::string server_id,
                                                                   storage::page where) {
    auto rows =
        co_await env_.store.list_authorizations(team_id, std::move(server_id), std::move(where));
    if (!rows) co_return rows.error();
    std::vector<authorization> out;
    const timestamp now = env_.clock.now();
    for (auto& row : *rows) out.push_back(shown(std::move(row), now));
    auto named =
        co_await add_key_names(env_.store, std::move(team_id), out, &authorization::allowed_by,
                               &authorization::allowed_by_name);
    if (!named) co_return named.error();
    co_return out;
}

awaitable<result<>> authorizations::revoke(std::string team_id, std::string server_id,
                                           std::string id) {
    std::string wanted = id;
    auto found = co_await env_.store.find_authorization(std::move(wanted));
    if (!found) co_return found.error();
    if (!*found || (*found)->team_id != team_id || (*found)->server_id != server_id)
        co_return fail(errc::not_found, "not_found", "no such authorization");
    const std::string digest = (*found)->token_digest;
    std::vector<storage::change> changes{
        storage::revoke_authorization{team_id, server_id, id, env_.clock.now()}};
    std::vector<std::string> subjects{server_id + ":" + base::hex(digest)};
    const auto announced =
        changes_.announce(changes, storage::logged_kind::token_ended, std::move(subjects));
    auto stored = co_await env_.store.commit(std::move(changes));
    base::crash_point("deauthorize.after_commit");
    // Even if the commit failed: its outcome is unknown.
    grants_.tokens_ended({{server_id, digest}});
    if (stored) co_await changes_.settled(announced);
    co_return stored;
}

}  // namespace tollgate::tenancy::oauth
