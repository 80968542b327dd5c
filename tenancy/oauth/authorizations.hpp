// OAuth authorizations: what a person allowed a client to do with one MCP server, and the codes and
// tokens that stand for it. No HTTP.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/grants/sharded_cache.hpp"
#include "tenancy/oauth/claims.hpp"
#include "tenancy/oauth/signer.hpp"
#include "tenancy/work/alarms.hpp"

namespace tollgate::tenancy::oauth {

struct oauth_rules {
    std::chrono::milliseconds access_lifetime = std::chrono::minutes{10};
    std::chrono::milliseconds authorization_lifetime = std::chrono::days{90};
    std::chrono::milliseconds request_lifetime = std::chrono::minutes{10};
    std::chrono::milliseconds code_lifetime = std::chrono::seconds{60};
    // How long a refresh token that was used gives the same answer again, for one that was lost.
    std::chrono::milliseconds refresh_grace = std::chrono::seconds{10};
    std::chrono::milliseconds unused_client_lifetime = std::chrono::hours{24};
    std::int64_t clients_per_server = 200;
    std::int64_t authorizations_per_server = 1000;
    std::vector<std::string> redirect_prefixes{};  // of applications; see check_redirect_uri
};

// An MCP server that OAuth clients may ask for, as people are told of it.
struct open_server {
    std::string id;
    std::string team_id;
    std::string account_id;
    std::string name;
    std::string account_name;
    std::string team_name;
    account_mode mode = account_mode::test;
    tool_filter filter;
    std::optional<base::timestamp> expires_at;
};

struct issued_tokens {
    base::secret access;
    base::secret refresh;
    std::string scope;
    std::chrono::seconds expires_in{0};
};

// What may be shown of an authorization.
struct authorization {
    std::string id;
    std::string server_id;
    std::string client_id;
    std::string client_name;
    std::string redirect_host;
    std::string scope;
    std::string allowed_by;       // key_…
    std::string allowed_by_name;  // of that API key, also when it was deleted; may be empty
    base::timestamp created_at;
    base::timestamp last_used_at;  // when its last access token was made
    base::timestamp expires_at;
    std::optional<base::timestamp> revoked_at;
    bool active = false;
};

// What introspection tells (RFC 7662): nothing at all of a token that is not good.
struct token_facts {
    access_claims claims;  // of a refresh token: without id
    bool refresh = false;
};

// Who presents a code or a refresh token, and where.
struct presenter {
    std::string server_id;  // mcp_…: at whose token endpoint
    std::string client_id;
    std::string issuer;  // of that MCP server: also the audience of what is issued
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. The failure "invalid_grant" is one for all that is wrong with a code or a token.
class authorizations {
public:
    authorizations(const environment& env, grants& live_grants, change_feed& changes,
                   alarms& scheduler, oauth_rules rules);

    const oauth_rules& rules() const { return rules_; }

    // Fails with not_found for an id that is unknown, of a server that is revoked or expired, or
    // that takes no OAuth clients: one answer for all.
    base::awaitable<base::result<open_server>> server(std::string id);

    // A request as it travels through the form, and back; nothing when it was changed or is too
    // old.
    std::string seal(consent_request request) const;
    std::optional<consent_request> open(std::string_view sealed) const;

    // The code for a request that `by` has agreed to. `by` must be of the server's team.
    std::string code_for(const open_server& at, consent_request request, const api_key& by) const;

    // A code and its verifier become an authorization. A code that comes again ends it, and one
    // whose API key is gone is good for nothing. Failures: "invalid_grant", limit_exceeded.
    base::awaitable<base::result<issued_tokens>> exchange(presenter who, std::string code,
                                                          std::string redirect_uri,
                                                          std::string verifier);

    // The next refresh token and a new access token. One that was used before ends the whole
    // authorization, unless it is the one just before and not older than rules().refresh_grace:
    // then the answer is the same. Fails with "invalid_grant".
    base::awaitable<base::result<issued_tokens>> refresh(presenter who, std::string token);

    // Ends the authorization behind an access or refresh token of that client; of others, and of
    // anything else, it does nothing (RFC 7009 §2.2).
    base::awaitable<base::result<>> revoke_token(presenter who, std::string token);

    // What a token is good for; nothing for one that is not, or of another team or server.
    base::awaitable<base::result<std::optional<token_facts>>> introspect(std::string team_id,
                                                                         presenter where,
                                                                         std::string token);

    // The authorization (oaz_…) that an access token names, when it is ours, for that issuer, and
    // its time is not over. Whether the authorization is in force, the grants say. Does not block.
    std::optional<std::string> verify(std::string_view token, std::string_view issuer) const;

    // The authorization (oaz_…) that an access token, a refresh token or a code of ours names,
    // whatever has become of it. For ending it: it proves nothing about whether the token is good.
    std::optional<std::string> named_by(std::string_view token) const;

    // Those of a server, ended ones too. The caller has looked whether the server is the team's.
    base::awaitable<base::result<std::vector<authorization>>> list(std::string team_id,
                                                                   std::string server_id,
                                                                   storage::page where);
    // When it returns, no token of it is accepted and its streams were cut. Fails with not_found.
    base::awaitable<base::result<>> revoke(std::string team_id, std::string server_id,
                                           std::string id);

private:
    base::result<code_claims> check_code(const presenter& who, std::string_view code,
                                         std::string_view redirect_uri,
                                         std::string_view verifier) const;
    base::awaitable<base::result<issued_tokens>> create(presenter who, code_claims claims,
                                                        open_server at);
    base::awaitable<base::result<std::optional<storage::oauth_client_row>>> client_row(
        const storage::authorization_row& given);
    base::awaitable<base::result<std::optional<storage::authorization_row>>> find(
        presenter who, std::string token);
    base::awaitable<base::result<>> end(storage::authorization_row row, std::string_view why);
    issued_tokens issue(const presenter& who, const storage::authorization_row& row,
                        base::secret refresh) const;

    // A token whose signature was right; what it says holds until its end, whatever the store says.
    struct verified_token {
        std::string authorization;
        std::string issuer;
        base::timestamp expires_at;
    };

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    alarms& alarms_;
    oauth_rules rules_;
    token_signer signer_;
    mutable sharded_cache<verified_token> verified_;
    base::secret seal_key_;
    base::secret client_key_;
};

}  // namespace tollgate::tenancy::oauth
