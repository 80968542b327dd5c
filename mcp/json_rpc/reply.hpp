// Writes JSON-RPC answers as flat text.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"

namespace tollgate::mcp {

// `{"jsonrpc":"2.0","id":<id_json>,"result":` — the caller appends the result and the closing
// brace.
void open_result(std::string& out, std::string_view id_json);

// A whole answer whose result is `result_json`.
base::http_response result_reply(std::string_view id_json, std::string_view result_json);

// An error answer with HTTP status `status` (MCP transports: 400 for an invalid message, 404 for an
// unknown method of the modern era, 200 for an error of a method).
base::http_response error_reply(unsigned status, std::string_view id_json, const rpc_error& error);

// 202 without a body: an accepted notification or response.
base::http_response accepted_reply();

}  // namespace tollgate::mcp
