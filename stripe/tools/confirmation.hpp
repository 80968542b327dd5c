// config.confirm: calls that a person must agree to, asked through the MCP client.
//
// A courtesy of the client: it shows the question and gives the answer, so this holds back a model,
// never a client that answers by itself.
#pragma once
#include <cstdint>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "stripe/tools/preparation.hpp"

namespace tollgate::stripe {

enum class confirm_outcome : std::uint8_t {
    not_needed,
    asked,       // the answer is the question
    agreed,      // the call may be sent
    declined,    // a person said no, or closed the question
    cannot_ask,  // the client has no way to ask: the call is refused
};

std::string_view to_string(confirm_outcome outcome) noexcept;

struct confirm_verdict {
    confirm_outcome outcome = confirm_outcome::not_needed;
    mcp::tool_answer instead;  // what is answered unless the call may be sent
};

// Decides on a call that passed every other rule. When it was agreed to, `call` gets the
// idempotency key that it had when the person was asked: the same agreement, given twice, is
// carried out once. Pure.
confirm_verdict confirm(prepared_call& call);

}  // namespace tollgate::stripe
