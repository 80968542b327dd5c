// Changes of the clients that were seen at MCP servers; see change.hpp.
#pragma once
#include <vector>

#include "storage/client_rows.hpp"

namespace tollgate::storage {

// Adds these sightings to what is stored of their clients: absent times and empty texts change
// nothing. Of an MCP server, clients_of_server_max are kept.
struct note_clients {
    std::vector<mcp_client_row> rows;
};

}  // namespace tollgate::storage
