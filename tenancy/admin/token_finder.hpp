// Finds what a leaked secret gives access to, and ends that access: MCP URLs, API keys, OAuth
// tokens, sessions of people and their invitations.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/admin/servers.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/oauth/authorizations.hpp"

namespace tollgate::tenancy {

// mcp_url: the token of an MCP URL. old_mcp_url: a rotated token that is still valid during its
// overlap. oauth_url: the public address of an MCP server, which is not a secret.
enum class token_kind : std::uint8_t {
    mcp_url,
    old_mcp_url,
    oauth_url,
    api_key,
    authorization,
    session,
    invitation,
    sign_in_link,
};

// "mcp_url", "old_mcp_url", "oauth_url", "api_key", "authorization", "session", "invitation",
// "sign_in_link".
std::string_view to_string(token_kind kind);

// What a secret gives access to.
struct known_token {
    token_kind kind = token_kind::mcp_url;
    std::string id;          // mcp_…, key_…, oaz_…, ses_…, or per_… (see person_id)
    std::string name;        // of the MCP server, the API key, the OAuth client or the person
    std::string server_id;   // mcp_… that it gives access to; empty for an API key
    std::string account_id;  // ia_… of that server; empty for an API key
    std::optional<base::timestamp> expires_at;  // when this secret expires
    std::string digest;                         // of URLs and sign-in links: token_hash::digest
    std::string person_id;                      // of a session, an invitation and a sign-in link
};

// Finds the token in a pasted text: a token, an MCP URL, or "Bearer " and a token. Empty if nothing
// in the text looks like a token.
std::string_view token_in(std::string_view text);

// The first characters of a token in a pasted text, as many as the store keeps. Fails with
// "prefix_too_short" (fewer than 6 characters) and "unknown_prefix" (it does not begin like the
// token of an MCP URL).
base::result<std::string> prefix_in(std::string_view text);

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class token_finder {
public:
    token_finder(const environment& env, servers& servers, api_keys& keys,
                 oauth::authorizations& authorizations, grants& live_grants, change_feed& changes)
        : env_(env),
          servers_(servers),
          keys_(keys),
          authorizations_(authorizations),
          grants_(live_grants),
          changes_(changes) {}

    // What the token or URL in `text` gives access to. Failures: invalid_argument "no_token" (it
    // contains nothing that looks like a token), "mistyped_token" (the checksum is wrong: truncated
    // or mistyped); not_found "token_not_found" (no such token, one of another team, or one that
    // has ended).
    base::awaitable<base::result<known_token>> identify(std::string team_id, std::string text);

    // Ends the access: revokes the MCP server of an mcp_url, removes only the token of an
    // old_mcp_url, removes an API key, revokes an authorization, or ends a person's session,
    // invitation or sign-in link. Once it returns, the secret is accepted nowhere. Returns what has
    // ended. Failures: those of identify and of api_keys::remove; conflict "not_a_secret" for an
    // oauth_url.
    base::awaitable<base::result<known_token>> end(const api_key& by, std::string text);

private:
    base::awaitable<base::result<known_token>> identify_url(std::string team_id, std::string token);
    base::awaitable<base::result<known_token>> identify_key(std::string team_id, std::string token);
    base::awaitable<base::result<known_token>> identify_authorization(std::string team_id,
                                                                      std::string token);
    base::awaitable<base::result<known_token>> identify_session(std::string team_id,
                                                                std::string token);
    base::awaitable<base::result<known_token>> identify_invitation(std::string team_id,
                                                                   std::string token);
    base::awaitable<base::result<known_token>> identify_link(
        std::string team_id, std::vector<storage::token_hash> candidates);
    base::awaitable<base::result<>> end_of_person(std::string team_id, const known_token& what);
    base::awaitable<base::result<known_token>> of_server(std::string team_id, std::string id,
                                                         known_token out);
    base::awaitable<base::result<>> end_old_url(std::string team_id, known_token what);

    const environment& env_;
    servers& servers_;
    api_keys& keys_;
    oauth::authorizations& authorizations_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
