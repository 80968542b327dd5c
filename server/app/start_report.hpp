// What a start found out, for the person or the program that started the gateway.
#pragma once
#include <string>
#include <vector>

namespace tollgate::server {

struct start_report {
    std::string mcp_address;      // host:port that listens
    std::string admin_address;    // the same when the admin API has no address of its own
    std::string sandbox_address;  // empty without the sandbox
    std::string base_url;  // what MCP URLs begin with; empty: whatever address a request came by
    std::string first_api_key;       // only on the very first start: shown once
    std::string first_api_key_file;  // where it was written instead; empty: nowhere
    std::vector<std::string> created_files;
};

}  // namespace tollgate::server
