// The commands `mcp create`, `list`, `show`, `rotate`, `find`, and `tools` and `explain` of one MCP
// server.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/remote/call_arguments.hpp"

namespace tollgate::server {

class server_commands {
public:
    // Adds the commands. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    void add_create(CLI::App& group);
    void add_find(CLI::App& group);
    base::result<int> create(const admin_client& gateway) const;
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> find(const admin_client& gateway) const;
    base::result<int> show(const admin_client& gateway) const;
    base::result<int> rotate(const admin_client& gateway) const;
    base::result<int> tools(const admin_client& gateway) const;
    // gateway_done if the call would be sent, gateway_waits if people must approve it first,
    // gateway_not_so if it would be refused.
    base::result<int> explain(const admin_client& gateway) const;

    gateway_commands group_;
    std::string which_;
    std::string account_;
    std::string name_;
    std::string holder_;
    std::string prefix_;
    std::string created_by_;
    std::string config_file_;
    std::string expires_at_;
    std::string tool_;
    std::vector<std::string> methods_;
    std::vector<std::string> tags_;
    std::vector<std::string> allow_;
    std::vector<std::string> deny_;
    call_arguments arguments_;
    unsigned overlap_ = 0;
    unsigned limit_ = 100;
    bool never_expires_ = false;
};

}  // namespace tollgate::server
