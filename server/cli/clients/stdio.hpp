// The command `stdio`: an MCP server on standard input and output, for clients that start one.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"

namespace tollgate::server {

// Exit statuses.
constexpr int stdio_closed = 0;       // the client has closed its side
constexpr int stdio_wrong_usage = 1;  // there is no URL, or it is none
constexpr int stdio_refused = 2;      // the gateway does not accept the URL

class stdio_command {
public:
    // Adds the command to `app`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    int run() const;

    std::vector<plain_command> entries_;
    std::string url_;
};

}  // namespace tollgate::server
