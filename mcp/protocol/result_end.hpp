// What every result of the modern era ends with (MCP 2026-07-28 basic, server/utilities/caching).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::mcp {

// How long a client may keep a list. Never shared: it depends on the token.
constexpr std::int64_t list_ttl_ms = 60'000;

enum class result_kind : std::uint8_t {
    plain,
    cacheable,       // a list, a resource, what the server is
    input_required,  // a question to the client
};

// Appends `"resultType":…` and what goes with it, without a comma before or the closing brace.
// `ttl_ms`: how long a client may keep a result that is cacheable.
void append_result_end(std::string& out, result_kind kind, std::string_view server_info_json,
                       std::int64_t ttl_ms = list_ttl_ms);

}  // namespace tollgate::mcp
