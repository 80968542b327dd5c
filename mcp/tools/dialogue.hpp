// A tool that needs something of its client, in the eras before 2026-07-28: the server sends the
// requests on the call's stream, the client answers each in a message of its own, and the tool is
// called again with what came (MCP 2025-11-25 client/elicitation, client/sampling, client/roots).
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/response_stream.hpp"
#include "mcp/session/session_ids.hpp"
#include "mcp/tool_provider.hpp"
#include "mcp/tools/questions.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// A person may be asked, so this is much longer than a call may take.
constexpr std::chrono::minutes answer_patience{5};
// How often one call may ask. Then it is refused.
constexpr int question_rounds_max = 8;

struct dialogue_parts {
    tool_provider& tools;
    questions& asked;
    base::response_stream& stream;
    call_monitor& call;
};

// Runs `call` to its result, asking the client as long as the tool needs something. The time a call
// may take begins anew with each answer. A client that does not answer, or refuses by an error,
// makes it an error result; one that lacks a capability the tool cannot do without gets the
// question itself. `grant` and all views live until the awaitable completes.
base::awaitable<tool_answer> call_with_questions(const tenancy::grant& grant, tool_call call,
                                                 dialogue_parts parts);

// ClientCapabilities of a session, as a tool reads them. Lives as long as the process.
simdjson::dom::object capabilities_of(const client_abilities& client);

}  // namespace tollgate::mcp
