// The results of a start, for the person or the program that started the gateway.
#pragma once
#include <string>
#include <vector>

namespace tollgate::server {

struct start_report {
    std::string mcp_address;         // host:port of the listener
    std::string admin_address;       // the same if the admin API has no address of its own
    std::string sandbox_address;     // empty without the sandbox
    std::string base_url;            // start of MCP URLs; empty: the address that a request used
    std::string first_api_key;       // only on the very first start: shown once
    std::string first_api_key_file;  // the file it was written to instead; empty: none
    std::vector<std::string> created_files;
};

}  // namespace tollgate::server
