// The client_id of a registration: it holds, sealed, what the client said of itself. Nothing is
// stored until a person allows the client something, so no number of registrations is in anybody's
// way.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "tenancy/oauth/claims.hpp"

namespace tollgate::tenancy::oauth {

// What a client_id begins with.
constexpr std::string_view client_id_prefix = "oac_";

// What the key of make_client_id is derived as.
constexpr std::string_view client_id_key = "oauth client id";

// The client_id of a client at one MCP server, sealed under `key` (32 bytes).
std::string make_client_id(std::string_view key, std::string_view server_id,
                           const registered_client& client);

// The client again; nothing when the id was made elsewhere, for another server, or changed. Also
// for one whose time is over.
std::optional<registered_client> open_client_id(std::string_view key, std::string_view server_id,
                                                std::string_view id);

}  // namespace tollgate::tenancy::oauth
