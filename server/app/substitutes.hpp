// What tests serve in place of Stripe.
#pragma once

namespace tollgate::mcp {
class content_provider;
class tool_provider;
}  // namespace tollgate::mcp

namespace tollgate::server {

// What a program of the tests serves on its MCP URLs in place of Stripe's tools; nothing in the
// gateway itself. Used by all loops at once.
struct substitutes {
    mcp::tool_provider* tools = nullptr;
    mcp::content_provider* content = nullptr;
};

}  // namespace tollgate::server
