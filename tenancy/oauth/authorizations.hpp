// OAuth authorizations: a person's permission for a client to use one MCP server, and the codes and
// tokens that represent it. No HTTP.
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
    // How long a used refresh token returns the same answer again, for clients that did not receive
    // the first answer.
    std::chrono::milliseconds refresh_grace = std::chrono::seconds{10};
    std::chrono::milliseconds unused_client_lifetime = std::chrono::hours{24};
    std::int64_t clients_per_server = 200;
    std::int64_t authorizations_per_server = 1000;
    std::vector<std::string> redirect_prefixes{};  // of applications; see check_redirect_uri
};

// An MCP server that accepts OAuth clients, as shown to people.
struct open_server {
    std::string id;
    std::string team_id;
    std::string account_id;
    std::string name;
    std::string account_name;
    std::string team_name;
    account_mode mode = account_mode::test;
    server_config config;
    bool team_allow_live_writes = false;
    std::optional<base::timestamp> expires_at;
};

struct issued_tokens {
    base::secret access;
    base::secret refresh;
    std::string scope;
    std::chrono::seconds expires_in{0};
};

// The parts of an authorization that may be shown.
struct authorization {
    std::string id;
    std::string server_id;
    std::string client_id;
    std::string client_name;
    std::string redirect_host;
    std::string scope;
    std::string allowed_by;       // key_…
    std::string allowed_by_name;  // name of that API key, even if it was deleted; may be empty
    base::timestamp created_at;
    base::timestamp last_used_at;  // when its last access token was issued
    base::timestamp expires_at;
    std::optional<base::timestamp> revoked_at;
    bool active = false;
};

// The answer of introspection (RFC 7662). An invalid token has none.
struct token_facts {
    access_claims claims;  // without id for a refresh token
    bool refresh = false;
};

// The client that presents a code or a refresh token, and the MCP server that receives it.
struct presenter {
    std::string server_id;  // mcp_…: whose token endpoint it is
    std::string client_id;
    std::string issuer;  // of that MCP server: also the audience of issued tokens
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. "invalid_grant" is the only failure for anything wrong with a code or a token.
class authorizations {
public:
    authorizations(const environment& env, grants& live_grants, change_feed& changes,
                   alarms& scheduler, oauth_rules rules);

    const oauth_rules& rules() const { return rules_; }

    // Fails with not_found for an id that is unknown, revoked or expired, or whose server accepts
    // no OAuth clients: the same answer for all.
    base::awaitable<base::result<open_server>> server(std::string id);

    // seal() protects a request on its way through the consent form; open() returns it, or nullopt
    // if it was changed or is too old.
    std::string seal(consent_request request) const;
    std::optional<consent_request> open(std::string_view sealed) const;

    // The code for a request that `by` has approved. `by` must belong to the server's team.
    std::string code_for(const open_server& at, consent_request request, const api_key& by) const;

    // Exchanges a code and its verifier for a new authorization. A second use of a code ends the
    // authorization; a code whose API key was deleted is refused. Failures: "invalid_grant",
    // limit_exceeded.
    base::awaitable<base::result<issued_tokens>> exchange(presenter who, std::string code,
                                                          std::string redirect_uri,
                                                          std::string verifier);

    // Issues the next refresh token and a new access token. Using an old refresh token ends the
    // whole authorization, unless it is the previous one and was first used less than
    // rules().refresh_grace ago: then the answer is the same. Fails with "invalid_grant".
    base::awaitable<base::result<issued_tokens>> refresh(presenter who, std::string token);

    // Ends the authorization of an access or refresh token of that client. Other tokens and texts
    // have no effect (RFC 7009 §2.2).
    base::awaitable<base::result<>> revoke_token(presenter who, std::string token);

    // What a token allows; nullopt if the token is invalid or belongs to another team or server.
    base::awaitable<base::result<std::optional<token_facts>>> introspect(std::string team_id,
                                                                         presenter where,
                                                                         std::string token);

    // The authorization (oaz_…) named by an access token that we signed for that issuer and that
    // has not expired; otherwise nullopt. Does not check that the authorization is in force;
    // looking up the grant does. Does not block.
    std::optional<std::string> verify(std::string_view token, std::string_view issuer) const;

    // The authorization (oaz_…) named by one of our access tokens, refresh tokens or codes,
    // whatever its state. Use it only to end the authorization: it does not prove that the token is
    // valid.
    std::optional<std::string> named_by(std::string_view token) const;

    // The authorizations of a server, including ended ones. The caller has checked that the server
    // belongs to the team.
    base::awaitable<base::result<std::vector<authorization>>> list(std::string team_id,
                                                                   std::string server_id,
                                                                   storage::page where);
    // Revokes an authorization. Once it returns, no token of it is accepted and its streams are
    // closed. Fails with not_found.
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

    // A token whose signature was valid. Its claims are valid until it expires, whatever the store
    // contains.
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
