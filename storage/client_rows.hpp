// The stored record of the clients that were seen at MCP servers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tollgate::storage {

// One client at one MCP server. Times are absent while that never happened.
struct mcp_client_row {
    std::string team_id;
    std::string server_id;
    std::string client;  // as audit records name it
    std::string title;   // what it says of itself when it begins a session; or empty
    std::string era;     // "2026-07-28", "2025" for the revisions before it, or empty
    base::timestamp first_seen_at{};
    base::timestamp last_seen_at{};
    std::optional<base::timestamp> discovered_at{};
    std::optional<base::timestamp> listed_at{};
    std::optional<base::timestamp> called_at{};
    std::optional<base::timestamp> refused_at{};
    std::int64_t refused_status = 0;  // HTTP, of the newest refusal
    // Where its newest message other than a call came from: 203.0.113.0/24, 2001:db8:1::/48, or
    // empty.
    std::string network{};
};

// The most clients that are kept of an MCP server: those seen last.
constexpr std::int64_t clients_of_server_max = 50;

}  // namespace tollgate::storage
