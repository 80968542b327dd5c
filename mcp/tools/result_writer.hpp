// A tool's result as MCP's CallToolResult (MCP server/tools §Tool Result), written in one pass.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

// Appends the whole JSON-RPC answer. `server_info_json` is written into _meta when it is not empty,
// which marks the modern era and adds resultType. structuredContent is written only when asked for
// and the text is a JSON object.
void write_call_result(std::string& out, std::string_view id_json, const tool_result& result,
                       bool structured, std::string_view server_info_json);

}  // namespace tollgate::mcp
