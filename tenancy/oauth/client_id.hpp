// The client_id of a registration contains the client's own metadata, sealed. Nothing is stored
// until a person approves the client, so that registrations take no space, however many there are.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "tenancy/oauth/claims.hpp"

namespace tollgate::tenancy::oauth {

// The prefix of every client_id.
constexpr std::string_view client_id_prefix = "oac_";

// The purpose from which the key of make_client_id is derived.
constexpr std::string_view client_id_key = "oauth client id";

// The client_id of a client at one MCP server, sealed under `key` (32 bytes).
std::string make_client_id(std::string_view key, std::string_view server_id,
                           const registered_client& client);

// Opens a client_id, even an expired one. Returns nullopt if it was made elsewhere, is for another
// server, or was changed.
std::optional<registered_client> open_client_id(std::string_view key, std::string_view server_id,
                                                std::string_view id);

}  // namespace tollgate::tenancy::oauth
