#include "tenancy/admin/token_finder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/crypto.hpp"
#include "base/http_message.hpp"
#include "base/ids.hpp"
#include "base/joined_text.hpp"
#include "storage/changes/people.hpp"
#include "storage/changes/tokens.hpp"
#include "tenancy/people/sessions.hpp"
#include "tenancy/rules/gateway_paths.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::invalid;
using base::result;

constexpr std::string_view slash = "/";
constexpr std::string_view url_path = base::joined_text<gateway_paths::mcp, slash>;
constexpr std::string_view scheme = "Bearer ";
constexpr std::string_view around = " \t\r\n\"'<>`,;";
constexpr std::size_t prefix_characters_min = 6;
constexpr std::array<std::string_view, 8> beginnings{"tgm_", "tgk_", "tgr_", "tga_",
                                                     "tgp_", "tgi_", "eyJ",  "mcp_"};

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(around);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(around) - from + 1);
}

// The part of `text` where a token may be: after "/mcp/" in a URL, after "Bearer ", or the whole
// text.
std::string_view token_place(std::string_view text) {
    text = trimmed(text);
    if (text.size() > scheme.size() &&
        base::equal_ignore_case(text.substr(0, scheme.size()), scheme))
        text = trimmed(text.substr(scheme.size()));
    if (const auto path = text.find(url_path); path != std::string_view::npos)
        text.remove_prefix(path + url_path.size());
    return text.substr(0, text.find_first_of("/?# "));
}

base::failure not_in_force() {
    return fail(errc::not_found, "token_not_found",
                "no MCP URL, API key or OAuth token of this team is that one: it was never made "
                "here, belongs to another team, or has ended already",
                "token");
}

base::failure mistyped() {
    return invalid("mistyped_token",
                   "this token is cut or mistyped: its checksum is wrong. Copy the whole token or "
                   "URL, or search for its first characters with 'prefix'",
                   "token");
}

}  // namespace

std::string_view to_string(token_kind kind) {
    constexpr std::array<std::string_view, 8> words{"mcp_url",    "old_mcp_url",   "oauth_url",
                                                    "api_key",    "authorization", "session",
                                                    "invitation", "sign_in_link"};
    return words[static_cast<std::size_t>(kind)];
}

std::string_view token_in(std::string_view text) {
    const std::string_view token = token_place(text);
    const bool known = std::any_of(beginnings.begin(), beginnings.end(),
                                   [&](std::string_view one) { return token.starts_with(one); });
    return known ? token : std::string_view{};
}

result<std::string> prefix_in(std::string_view text) {
    std::string_view prefix = token_place(text);
    if (prefix.size() < prefix_characters_min)
        return invalid("prefix_too_short",
                       "prefix must have at least 6 characters of the token, such as tgm_3k",
                       "prefix");
    if (!prefix.starts_with(mcp_token_prefix))
        return invalid("unknown_prefix",
                       "prefix must begin as the token of an MCP URL does, with tgm_; find an API "
                       "key or an OAuth token by the whole of it, with 'token'",
                       "prefix");
    return shown_prefix(prefix);
}

awaitable<result<known_token>> token_finder::identify(std::string team_id, std::string text) {
    std::string token{token_in(text)};
    if (token.empty())
        co_return invalid(
            "no_token",
            "token must be an MCP URL or a token: tgm_…, tgk_…, tgr_…, tgp_…, tgi_…, or "
            "an OAuth access token (eyJ…)",
            "token");
    if (base::is_id(token, "mcp")) {
        known_token out;
        out.kind = token_kind::oauth_url;
        out.id = token;
        co_return co_await of_server(std::move(team_id), std::move(token), std::move(out));
    }
    if (token.starts_with(mcp_token_prefix))
        co_return co_await identify_url(std::move(team_id), std::move(token));
    if (token.starts_with(api_key_prefix))
        co_return co_await identify_key(std::move(team_id), std::move(token));
    if (token.starts_with(session_token_prefix))
        co_return co_await identify_session(std::move(team_id), std::move(token));
    if (token.starts_with(invitation_prefix))
        co_return co_await identify_invitation(std::move(team_id), std::move(token));
    co_return co_await identify_authorization(std::move(team_id), std::move(token));
}

awaitable<result<known_token>> token_finder::identify_url(std::string team_id, std::string token) {
    if (!well_formed_token(token, mcp_token_prefix)) co_return mistyped();
    auto candidates = env_.hasher.candidates(token);
    auto row = co_await env_.store.find_token(std::move(candidates));
    if (!row) co_return row.error();
    if (!*row || (*row)->team_id != team_id) co_return not_in_force();
    known_token out;
    // Only a rotation gives a URL's token its own expiry.
    out.kind = (*row)->expires_at ? token_kind::old_mcp_url : token_kind::mcp_url;
    out.id = (*row)->server_id;
    out.expires_at = (*row)->expires_at;
    out.digest = (*row)->token.digest;
    std::string id = (*row)->server_id;
    co_return co_await of_server(std::move(team_id), std::move(id), std::move(out));
}

awaitable<result<known_token>> token_finder::identify_key(std::string team_id, std::string token) {
    if (!well_formed_token(token, api_key_prefix)) co_return mistyped();
    auto candidates = env_.hasher.candidates(token);
    auto row = co_await env_.store.find_api_key_by_token(std::move(candidates));
    if (!row) co_return row.error();
    if (!*row || (*row)->team_id != team_id) co_return not_in_force();
    known_token out;
    out.kind = token_kind::api_key;
    out.id = (*row)->id;
    out.name = (*row)->name;
    co_return out;
}

awaitable<result<known_token>> token_finder::identify_authorization(std::string team_id,
                                                                    std::string token) {
    auto id = authorizations_.named_by(token);
    if (!id) co_return not_in_force();
    auto row = co_await env_.store.find_authorization(std::move(*id));
    if (!row) co_return row.error();
    if (!*row || (*row)->team_id != team_id || !(*row)->active) co_return not_in_force();
    known_token out;
    out.kind = token_kind::authorization;
    out.id = (*row)->id;
    out.name = (*row)->client_name;
    out.expires_at = (*row)->expires_at;
    std::string server_id = (*row)->server_id;
    co_return co_await of_server(std::move(team_id), std::move(server_id), std::move(out));
}

awaitable<result<known_token>> token_finder::identify_session(std::string team_id,
                                                              std::string token) {
    auto candidates = env_.hasher.candidates(token);
    auto row = co_await env_.store.find_session(std::move(candidates));
    if (!row) co_return row.error();
    if (!*row || (*row)->person.team_id != team_id) co_return not_in_force();
    known_token out;
    out.kind = token_kind::session;
    out.id = (*row)->session.id;
    out.name = (*row)->person.name;
    out.person_id = (*row)->person.id;
    out.expires_at = (*row)->session.expires_at;
    co_return out;
}

awaitable<result<known_token>> token_finder::identify_invitation(std::string team_id,
                                                                 std::string token) {
    if (!well_formed_token(token, invitation_prefix)) co_return mistyped();
    auto candidates = env_.hasher.candidates(token);
    auto row = co_await env_.store.find_invited_person(candidates);
    if (!row) co_return row.error();
    if (!*row) co_return co_await identify_link(std::move(team_id), std::move(candidates));
    if ((*row)->team_id != team_id) co_return not_in_force();
    known_token out;
    out.kind = token_kind::invitation;
    out.id = (*row)->id;
    out.name = (*row)->name;
    out.person_id = (*row)->id;
    out.expires_at = (*row)->invitation_expires_at;
    co_return out;
}

awaitable<result<known_token>> token_finder::identify_link(
    std::string team_id, std::vector<storage::token_hash> candidates) {
    auto row = co_await env_.store.find_sign_in_link(std::move(candidates));
    if (!row) co_return row.error();
    if (!*row || (*row)->person.team_id != team_id) co_return not_in_force();
    known_token out;
    out.kind = token_kind::sign_in_link;
    out.id = (*row)->person.id;
    out.name = (*row)->person.name;
    out.person_id = (*row)->person.id;
    out.expires_at = (*row)->expires_at;
    out.digest = (*row)->link.digest;
    co_return out;
}

// A sign-in link is used up without signing anyone in. An invitation is replaced by an expired one
// with an unknown token.
awaitable<result<>> token_finder::end_of_person(std::string team_id, const known_token& what) {
    const base::timestamp now = env_.clock.now();
    const auto nobodys = env_.hasher.hash(make_token(invitation_prefix).reveal());
    std::vector<storage::change> changes;
    if (what.kind == token_kind::session)
        changes.emplace_back(storage::end_sessions{std::move(team_id), what.person_id, what.id});
    else if (what.kind == token_kind::sign_in_link)
        changes.emplace_back(storage::use_sign_in_link{std::move(team_id), {{}, what.digest}, now});
    else
        changes.emplace_back(
            storage::invite_person{std::move(team_id), what.person_id, nobodys, now, now});
    auto stored = co_await env_.store.commit(std::move(changes));
    // It had already ended.
    const bool gone =
        !stored && (stored.error().kind == errc::not_found || stored.error().code == "link_used");
    if (gone) co_return result<>{};
    co_return stored;
}

// Fills in the server that a token belongs to.
awaitable<result<known_token>> token_finder::of_server(std::string team_id, std::string id,
                                                       known_token out) {
    auto row = co_await env_.store.describe_server(std::move(id));
    if (!row) co_return row.error();
    if (!*row || (*row)->server.team_id != team_id) co_return not_in_force();
    out.server_id = (*row)->server.id;
    out.account_id = (*row)->server.account_id;
    if (out.name.empty()) out.name = (*row)->server.name;
    if (out.kind == token_kind::mcp_url) out.expires_at = (*row)->server.expires_at;
    co_return out;
}

awaitable<result<known_token>> token_finder::end(const api_key& by, std::string text) {
    auto what = co_await identify(by.team_id, std::move(text));
    if (!what) co_return what.error();
    result<> ended;
    switch (what->kind) {
        case token_kind::oauth_url:
            co_return fail(errc::conflict, "not_a_secret",
                           "this is the public address of an MCP server, and opens nothing by "
                           "itself: DELETE the MCP server to end it, or send the token to end",
                           "token");
        case token_kind::mcp_url:
            ended = co_await servers_.revoke(by.team_id, what->account_id, what->server_id);
            break;
        case token_kind::old_mcp_url:
            ended = co_await end_old_url(by.team_id, *what);
            break;
        case token_kind::api_key:
            ended = co_await keys_.remove(by.team_id, what->id);
            break;
        case token_kind::authorization:
            ended = co_await authorizations_.revoke(by.team_id, what->server_id, what->id);
            break;
        case token_kind::session:
        case token_kind::invitation:
        case token_kind::sign_in_link:
            ended = co_await end_of_person(by.team_id, *what);
            break;
    }
    if (!ended) co_return ended.error();
    env_.log.warning("token_revoked", {{"team", by.team_id},
                                       {"key", by.id},
                                       {"kind", to_string(what->kind)},
                                       {"id", what->id},
                                       {"mcp_server", what->server_id}});
    co_return what;
}

awaitable<result<>> token_finder::end_old_url(std::string team_id, known_token what) {
    std::vector<storage::change> changes{
        storage::drop_token{std::move(team_id), what.server_id, what.digest}};
    std::vector<std::string> subjects{what.server_id + ":" + base::hex(what.digest)};
    const auto announced =
        changes_.announce(changes, storage::logged_kind::token_ended, std::move(subjects));
    auto stored = co_await env_.store.commit(std::move(changes));
    // Even if the commit failed: its outcome is unknown. If it is not found, it had already ended.
    grants_.tokens_ended({{what.server_id, what.digest}});
    if (!stored && stored.error().kind == errc::not_found) co_return result<>{};
    if (stored) co_await changes_.settled(announced);
    co_return stored;
}

}  // namespace tollgate::tenancy
