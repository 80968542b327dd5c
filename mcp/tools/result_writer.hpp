// Writes a tool's result as MCP's CallToolResult (MCP server/tools §Tool Result), in one pass.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

// Appends the CallToolResult alone. If `server_info_json` is not empty, which marks the modern era,
// it is written into _meta and resultType is added. structuredContent is written only if
// `structured` is set and the text is a JSON object.
void append_call_result(std::string& out, const tool_result& result, bool structured,
                        std::string_view server_info_json);

// Appends the whole JSON-RPC answer with that result.
void write_call_result(std::string& out, std::string_view id_json, const tool_result& result,
                       bool structured, std::string_view server_info_json);

}  // namespace tollgate::mcp
