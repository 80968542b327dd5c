// config.confirm: calls that a person must approve, asked through the MCP client.
//
// This depends on the client, which shows the question and returns the answer: it stops a model,
// but not a client that answers by itself.
#pragma once
#include <cstdint>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "stripe/tools/preparation.hpp"

namespace tollgate::stripe {

enum class confirm_outcome : std::uint8_t {
    not_needed,
    asked,       // the answer is the question to a person
    agreed,      // the call may be sent
    declined,    // the person refused, or closed the question
    cannot_ask,  // the client cannot ask: the call is refused
};

std::string_view to_string(confirm_outcome outcome) noexcept;

struct confirm_verdict {
    confirm_outcome outcome = confirm_outcome::not_needed;
    mcp::tool_answer instead;  // the answer, unless the call may be sent
};

// Decides on a call that has passed every other rule. After approval, `call` gets the idempotency
// key it had when the person was asked, so that the same approval, sent twice, is carried out once.
// Pure.
confirm_verdict confirm(prepared_call& call);

}  // namespace tollgate::stripe
