// Writes by ordinary tools.
#pragma once
#include <simdjson.h>

#include <string>

#include "stripe/operations/operation_context.hpp"

namespace tollgate::stripe {

// A call of `called` with the JSON object `arguments`, on behalf of the client that called the
// tool, with its operation key and its user's answers. Refers to the context, `parser` and
// `arguments`.
mcp::tool_call inner_write(const operation_context& in, const operation& called,
                           simdjson::dom::parser& parser, const std::string& arguments);

// Records the result of that call in the audit record of the tool's own call.
void note_answer(const operation_context& in, const mcp::tool_answer& answer);

}  // namespace tollgate::stripe
