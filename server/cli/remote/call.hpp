// The command `call`: one tool call, as an MCP client makes it.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"
#include "server/cli/remote/call_arguments.hpp"

namespace tollgate::server {

class call_command {
public:
    // Adds the command. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    // gateway_done, gateway_wrong_usage, gateway_not_asked if the MCP server could not be asked or
    // refused, gateway_waits if it asks a person first, gateway_not_so if the result is an error,
    // gateway_not_known if the answer was lost.
    int run() const;
    int print(const std::string& result) const;

    std::vector<plain_command> entries_;
    std::string url_;
    std::string tool_;
    std::string key_file_;
    call_arguments arguments_;
    bool json_ = false;
};

}  // namespace tollgate::server
