// One received JSON-RPC 2.0 message, checked once (JSON-RPC 2.0 §4; MCP basic §Messages).
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::mcp {

// An error in JSON-RPC's terms.
struct rpc_error {
    int code = 0;
    std::string message;
    std::string data;  // JSON of error.data, or empty
};

constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int internal_error = -32603;
constexpr int header_mismatch = -32020;      // MCP 2026-07-28, transports §Headers
constexpr int missing_capability = -32021;   // MCP 2026-07-28, versioning
constexpr int resource_not_found = -32002;   // MCP 2025-11-25 and before, server/resources
constexpr int unsupported_version = -32022;  // MCP 2026-07-28, versioning

enum class message_kind { request, notification, response };

// Views into the parsed document: valid until the parser or the body is reused or destroyed.
struct message {
    message_kind kind = message_kind::request;
    std::string id_json = "null";  // the id as JSON text, echoed byte for byte
    std::string_view method;
    std::optional<simdjson::dom::object> params;
    std::optional<simdjson::dom::object> meta;     // params._meta
    std::optional<simdjson::dom::element> result;  // of a response; otherwise `error` is set
    std::optional<simdjson::dom::element> error;
};

struct parsed {
    message value;
    std::optional<rpc_error> error;  // if set, value holds only the id, if it could be read
};

constexpr std::size_t json_depth_max = 64;

// Parses `body` in place (its capacity must exceed its size by simdjson's padding; otherwise the
// body is copied). Refuses text that is not JSON, is deeper than json_depth_max, is an array (a
// batch) or not an object, has two keys in one object that are equal when case is ignored, or
// spells an envelope key in the wrong case.
parsed parse_message(simdjson::dom::parser& parser, const std::string& body);

}  // namespace tollgate::mcp
