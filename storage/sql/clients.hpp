// The clients that were seen at MCP servers. All functions throw sql_error on faults.
#pragma once
#include <string>
#include <vector>

#include "storage/client_rows.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// Adds sightings; see note_clients.
void note(session& db, std::vector<mcp_client_row> rows);

// Those seen last first.
std::vector<mcp_client_row> list_mcp_clients(session& db, const std::string& team_id,
                                             const std::string& server_id);

}  // namespace tollgate::storage::sql
