// Tools that need input from their client, in the eras before 2026-07-28: the server sends its
// requests on the call's stream, the client answers each in a separate message, and the tool is
// called again with the answers (MCP 2025-11-25 client/elicitation, client/sampling, client/roots).
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/response_stream.hpp"
#include "mcp/session/session_ids.hpp"
#include "mcp/tool_provider.hpp"
#include "mcp/tools/questions.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// How long a client may take to answer: much longer than a call, because a person may have to
// answer.
constexpr std::chrono::minutes answer_timeout{5};
// For a question whose call has a result even without an answer, so the call is not held open for
// long.
constexpr std::chrono::seconds short_timeout{30};
// How often one call may ask; after that the call is refused.
constexpr int question_rounds_max = 8;

struct dialogue_parts {
    tool_provider& tools;
    questions& asked;
    base::response_stream& stream;
    call_monitor& call;
};

// Runs `call` to its result, asking the client as long as the tool needs input. The call's time
// limit starts again with each answer. If the client does not answer, or refuses with an error, the
// result is tool_question::otherwise or an error; if the client lacks a capability that the tool
// requires, the question itself is returned. `grant` and all views live until the awaitable
// completes.
base::awaitable<tool_answer> call_with_questions(const tenancy::grant& grant, tool_call call,
                                                 dialogue_parts parts);

// The ClientCapabilities of a session, in the form that tools read. Lives as long as the process.
simdjson::dom::object capabilities_of(const client_abilities& client);

}  // namespace tollgate::mcp
