// Presets: configs of MCP servers for common jobs, which an administrator chooses by name.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace tollgate::tenancy {

struct preset {
    std::string id;
    std::string title;
    std::string description;
    std::string config;  // JSON, as config of an MCP server
};

// All of them, in the order in which they are shown. They live as long as the process.
std::span<const preset> presets();

// The preset with that id, or null.
const preset* find_preset(std::string_view id);

// "read_only, transact, …", for messages.
std::string preset_ids();

}  // namespace tollgate::tenancy
