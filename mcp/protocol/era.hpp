// The MCP revision of a message, and the checks it requires (MCP 2026-07-28 basic/versioning and
// basic/transports/streamable-http; 2025-11-25 basic/transports).
#pragma once
#include <optional>
#include <string_view>
#include <variant>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"

namespace tollgate::mcp {

// modern: stateless, 2026-07-28. legacy: 2024-11-05 … 2025-11-25, with initialize.
enum class era { legacy, modern };

constexpr std::string_view modern_version = "2026-07-28";
constexpr std::string_view newest_legacy_version = "2025-11-25";

// True if `version` is one of the revisions of the legacy era.
bool is_legacy_version(std::string_view version);

// An error and its HTTP status.
struct refusal {
    unsigned status = 400;
    rpc_error error;
};

// Selects the era by the MCP-Protocol-Version header and params._meta, not by the method, and runs
// the header checks of the modern era in the order that the specification's conformance suite
// expects. Pure.
std::variant<era, refusal> select_era(const base::http_request& request, const message& value);

// True if the MCP-Protocol-Version header names 2026-07-28 or a later date.
bool is_modern_request(const base::http_request& request);

// `value` without surrounding whitespace (RFC 9110 §5.5).
std::string_view trimmed(std::string_view value);

// Decodes a header value that may use the Base64 sentinel `=?base64?…?=`; nullopt if the encoded
// text is malformed. A value without both ends of the sentinel is literal.
std::optional<std::string> decode_header_value(std::string_view value);

}  // namespace tollgate::mcp
