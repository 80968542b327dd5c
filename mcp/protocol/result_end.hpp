// The members at the end of every result of the modern era (MCP 2026-07-28 basic,
// server/utilities/caching).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::mcp {

// How long a client may cache a list. A shared cache may not keep it, because it depends on the
// token.
constexpr std::int64_t list_ttl_ms = 60'000;

enum class result_kind : std::uint8_t {
    plain,
    cacheable,       // a list, a resource, or the server's description
    input_required,  // a question to the client
    task,            // a call that is answered later
};

// Appends `"resultType":…` and the members that belong to it, without a leading comma or the
// closing brace. `ttl_ms`: how long a client may keep a cacheable result.
void append_result_end(std::string& out, result_kind kind, std::string_view server_info_json,
                       std::int64_t ttl_ms = list_ttl_ms);

}  // namespace tollgate::mcp
