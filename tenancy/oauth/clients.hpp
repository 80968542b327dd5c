// OAuth clients that registered themselves (RFC 7591): public clients, each for one MCP server.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tenancy/environment.hpp"
#include "tenancy/oauth/authorizations.hpp"
#include "tenancy/oauth/client_id.hpp"

namespace tollgate::tenancy::oauth {

struct oauth_client {
    std::string id;
    std::string name;  // as given by the client
    std::vector<std::string> redirect_uris;
    base::timestamp created_at;
};

// Checks a client's metadata, from a registration or a document. Failures (invalid_argument):
// "invalid_redirect_uri" (none, more than 10, or refused by check_redirect_uri),
// "invalid_client_metadata" (a name of more than 200 bytes or with control characters).
base::result<> check_client(const client_metadata& client,
                            const std::vector<std::string>& app_prefixes = {});

// Thread-safe. Every call resumes on the caller's executor.
class clients {
public:
    clients(const environment& env, const oauth_rules& rules)
        : env_(env), rules_(rules), id_key_(env.secrets.derive(client_id_key)) {}

    // Registers a client. Its id contains its metadata; nothing is stored until a person approves
    // the client, which must happen within rules.unused_client_lifetime. Fails as check_client, and
    // with invalid_argument "invalid_client_metadata" if the name and addresses are too long for an
    // id.
    base::result<oauth_client> add(const open_server& at, client_metadata client) const;

    // Returns nullopt if the client is unknown at that server, or was not used in time. Fails with
    // unavailable.
    base::awaitable<base::result<std::optional<oauth_client>>> find(const open_server& at,
                                                                    std::string id);

private:
    const environment& env_;
    const oauth_rules& rules_;
    base::secret id_key_;
};

}  // namespace tollgate::tenancy::oauth
