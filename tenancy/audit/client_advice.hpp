// What to do when a client does not get as far as a call.
#pragma once
#include <string_view>
#include <vector>

#include "storage/client_rows.hpp"

namespace tollgate::tenancy {

// How far a client got, and what to do: a word for programs, and a sentence for people.
struct client_advice {
    std::string_view state;
    std::string_view text;  // empty if nothing is to be done
};

// For one client.
client_advice advice_for(const storage::mcp_client_row& client);
// For all that were seen at an MCP server.
client_advice advice_for_all(const std::vector<storage::mcp_client_row>& clients);

}  // namespace tollgate::tenancy
