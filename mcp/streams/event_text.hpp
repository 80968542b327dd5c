// A JSON-RPC message as one event of an SSE stream (WHATWG HTML §9.2; MCP basic/transports).
#pragma once
#include <string>
#include <string_view>

namespace tollgate::mcp {

// One message is one event on one line; `json` has no line breaks of its own.
inline std::string event_text(std::string_view json) {
    constexpr std::size_t frame_bytes = 32;
    std::string out;
    out.reserve(json.size() + frame_bytes);
    out += "event: message\ndata: ";
    out += json;
    out += "\n\n";
    return out;
}

}  // namespace tollgate::mcp
