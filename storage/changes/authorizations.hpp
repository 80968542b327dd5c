// Changes of what people allowed by OAuth; see change.hpp.
#pragma once
#include <cstdint>
#include <string>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Keeps a client that somebody allowed something: the row when it is new, else its used_at and
// expires_at. Those of the server whose time was over at row.used_at are forgotten; with more than
// `limit` left, so is the one that was used longest ago. Fails with not_found as add_authorization.
struct use_oauth_client {
    oauth_client_row row;
    std::int64_t limit = 0;
};

// Adds an authorization and its token. Fails with conflict "exists_already" when there was one of
// that id, with not_found "server_not_found" when the server is gone, revoked or expired and
// "api_key_not_found" when the key that allowed it is gone, and with limit_exceeded "limit_reached"
// when `limit` of the server's are in force.
struct add_authorization {
    authorization_row row;
    token_hash token;
    std::int64_t limit = 0;
};

// Replaces the refresh token of an authorization in force. Fails with conflict "refresh_changed"
// when the one named is not the one that is good, or the authorization has ended.
struct rotate_refresh {
    std::string team_id;
    std::string id;
    std::string from;  // token_hash::digest
    token_hash to;
    timestamp at;
};

// Sets revoked_at (the first one stays) and removes the token. Fails with not_found.
struct revoke_authorization {
    std::string team_id;
    std::string server_id;
    std::string id;
    timestamp at;
};

}  // namespace tollgate::storage
