// Commands, and groups of them that several parts of the program add to.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace tollgate::server {

// A command that takes none of the gateway's settings.
struct plain_command {
    CLI::App* command;            // owned by the app
    std::function<int()> action;  // the exit status
};

// Of groups that several parts add to.
constexpr const char* audit_group_help = "The audit log: of a running gateway, or exported";
constexpr const char* declare_group_help =
    "Declarations of an account of a running gateway, or from an OpenAPI document";
constexpr const char* mcp_group_help = "MCP servers, of a running gateway";
constexpr const char* policy_group_help =
    "Rules on calls: in a file (YAML or JSON), or of a running gateway";

// The group `name` of `app`: made with `help` unless it is there. Owned by the app.
CLI::App* command_group(CLI::App& app, const char* name, const char* help);

}  // namespace tollgate::server
