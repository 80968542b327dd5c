// Changes of tokens of MCP servers; see change.hpp.
#pragma once
#include <cstdint>
#include <string>

#include "storage/rows.hpp"

namespace tollgate::storage {

// A token that a change removed.
struct ended_token {
    std::string server_id;
    std::string digest;  // token_hash::digest
};

struct add_token {
    server_token_row row;
};

// Makes every existing token of the server's URL end at `until` at the latest, and sets the alarm
// of that end.
struct cap_tokens {
    std::string team_id;
    std::string server_id;
    timestamp until;
};

// Which tokens are removed: only those of the URL, or also those of authorizations.
enum class token_kinds : std::uint8_t { of_url, all };

// Removes tokens of the server.
struct drop_tokens {
    std::string team_id;
    std::string server_id;
    token_kinds kinds = token_kinds::of_url;
};

// Removes one token of the server. Fails with not_found.
struct drop_token {
    std::string team_id;
    std::string server_id;
    std::string digest;  // token_hash::digest
};

}  // namespace tollgate::storage
