// Changes of OAuth clients and authorizations; see change.hpp.
#pragma once
#include <cstdint>
#include <string>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Stores a client that was given an authorization: inserts the row, or updates used_at and
// expires_at of the existing one. Removes the server's clients that had expired at row.used_at and,
// if more than `limit` remain, the least recently used one. Fails with not_found as
// add_authorization does.
struct use_oauth_client {
    oauth_client_row row;
    std::int64_t limit = 0;
};

// Adds an authorization and its token. Fails with conflict "exists_already" if the id exists, with
// not_found "server_not_found" if the server does not exist or is revoked or expired and
// "api_key_not_found" if the key that allowed it was deleted, and with limit_exceeded
// "limit_reached" if `limit` authorizations of the server are in force.
struct add_authorization {
    authorization_row row;
    token_hash token;
    std::int64_t limit = 0;
};

// Replaces the refresh token of an authorization in force. Fails with conflict "refresh_changed" if
// `from` is not the current one, or the authorization has ended.
struct rotate_refresh {
    std::string team_id;
    std::string id;
    std::string from;  // token_hash::digest
    token_hash to;
    timestamp at;
};

// Sets revoked_at (an earlier time stays) and removes the token. Fails with not_found.
struct revoke_authorization {
    std::string team_id;
    std::string server_id;
    std::string id;
    timestamp at;
};

}  // namespace tollgate::storage
