// The contents of our own tokens and sealed texts, and their JSON.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::tenancy::oauth {

// An access token (RFC 9068).
struct access_claims {
    std::string issuer;
    std::string audience;       // the MCP server's address; not valid anywhere else
    std::string authorization;  // oaz_…: the subject
    std::string client_id;
    std::string scope;
    std::string id;
    base::timestamp issued_at;
    base::timestamp expires_at;  // to the second, rounded down
};

// A client's authorization request, while it passes through the consent form.
struct consent_request {
    std::string server_id;
    std::string client_id;
    std::string client_name;
    std::string redirect_uri;
    std::string state;
    std::string challenge;
    std::string scope;
    base::timestamp expires_at;
};

// The contents of a code.
struct code_claims {
    std::string authorization;  // the id that the new authorization will get
    std::string team_id;
    std::string allowed_by;
    consent_request request;  // its expires_at is the code's
};

std::string encode(const access_claims& claims);
std::string encode(const consent_request& request);
std::string encode(const code_claims& claims);
// Returns nullopt if a member is missing.
std::optional<access_claims> decode_access(std::string_view json);
std::optional<consent_request> decode_request(std::string_view json);
std::optional<code_claims> decode_code(std::string_view json);

// A client as described by its registration or its metadata document.
struct client_metadata {
    std::string id;    // client_id of a document; otherwise empty
    std::string name;  // may be empty
    std::vector<std::string> redirect_uris;
};

// A client that registered itself, as stored in its client_id.
struct registered_client {
    client_metadata metadata;  // without id
    base::timestamp created_at;
};
std::string encode(const registered_client& client);
// Returns nullopt if a member is missing.
std::optional<registered_client> decode_registered(std::string_view json);

// Reads RFC 7591 metadata. Returns nullopt if the text is not a JSON object of bounded depth, or a
// member has the wrong type. The result has no redirect URI if the client cannot be a public client
// with the code grant.
std::optional<client_metadata> decode_client(std::string_view json);

}  // namespace tollgate::tenancy::oauth
