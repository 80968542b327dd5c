// Asks the client for input during a call, and reads its answers (MCP 2026-07-28
// basic/patterns/mrtr).
#pragma once
#include <optional>
#include <string_view>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/protocol/era.hpp"
#include "mcp/tool_provider.hpp"
#include "mcp/tools/input_seal.hpp"

namespace tollgate::mcp {

// Fills `out` from params and _meta; leaves it empty in the legacy era. Returns an error if
// inputResponses or requestState are malformed, or if the state belongs to another call. If `seal`
// is null, no state is accepted.
std::optional<rpc_error> read_input(const message& value, era spoken, const call_identity& call,
                                    const input_seal* seal, input_given& out);

// The answer to a call that needs input: the question, or -32021 if a capability is missing. Legacy
// clients get a refusal as a sentence.
base::http_response ask_client(const message& value, era spoken, const call_identity& call,
                               const input_need& needs, const input_seal* seal,
                               std::string_view server_info_json);

}  // namespace tollgate::mcp
