// Tools that tests serve instead of Stripe's.
#pragma once

namespace tollgate::mcp {
class content_provider;
class tool_provider;
}  // namespace tollgate::mcp

namespace tollgate::server {

// Tools that a test program serves on its MCP URLs instead of Stripe's; empty in the gateway
// itself. Used by all loops at once.
struct substitutes {
    mcp::tool_provider* tools = nullptr;
    mcp::content_provider* content = nullptr;
};

}  // namespace tollgate::server
