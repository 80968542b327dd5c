#include "stripe/tools/confirmation.hpp"

#include <array>

#include "base/json_text.hpp"
#include "stripe/answer/own_error.hpp"
#include "stripe/tools/effect_text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view question_key = "confirm";
constexpr std::string_view field = "agree";
// Precedes the operation key in the state that is returned with the answer.
constexpr std::string_view state_mark = "confirm ";

bool is_asked_for(const operation& called, tenancy::confirmation rule) {
    if (rule == tenancy::confirmation::write) return !called.read_only();
    return rule == tenancy::confirmation::destructive && called.destructive();
}

// Elicitation by form: a client that declares no mode supports forms (MCP 2025-11-25
// client/elicitation).
bool can_ask(const mcp::input_given& input) {
    dom::object elicitation;
    dom::element form;
    if (!input.capabilities ||
        input.capabilities->at_key("elicitation").get(elicitation) != simdjson::SUCCESS)
        return false;
    return elicitation.size() == 0 || elicitation.at_key("form").get(form) == simdjson::SUCCESS;
}

enum class answer : std::uint8_t { none, yes, no };

answer answer_in(const mcp::input_given& input) {
    dom::element given;
    std::string_view action;
    if (!input.answers || input.answers->at_key(question_key).get(given) != simdjson::SUCCESS)
        return answer::none;
    bool agreed = false;
    if (given["action"].get(action) != simdjson::SUCCESS || action != "accept") return answer::no;
    if (given["content"][field].get(agreed) != simdjson::SUCCESS || !agreed) return answer::no;
    return answer::yes;
}

mcp::tool_result refused(std::string_view code, std::string_view message,
                         std::string_view next_step) {
    return mcp::failed_result(own_error_text("confirmation", code, message, next_step));
}

mcp::tool_question ask_to_confirm(const prepared_call& call) {
    std::string property = "{";
    base::json_members{property}
        .text("type", "boolean")
        .text("title", "Do it")
        .text("description", "Yes: the call above is sent, once.")
        .truth("default", false);
    std::string schema = R"({"type":"object","properties":{)";
    base::json_members{schema}.raw(field, property + '}');
    schema += "},";
    base::json_members{schema}.raw("required", '[' + ('"' + std::string(field)) + "\"]");
    std::string params = "{";
    base::json_members{params}
        .text("mode", "form")
        .text("message",
              effect_text(call.arguments, call.grant, call.state ? &*call.state : nullptr))
        .raw("requestedSchema", schema + '}');
    std::string request = "{";
    base::json_members{request}.text("method", "elicitation/create").raw("params", params + '}');
    mcp::tool_question out;
    base::json_members{out.needs.requests}.raw(question_key, request + '}');
    out.needs.state = std::string(state_mark) + call.operation_key;
    return out;
}

}  // namespace

std::string_view to_string(confirm_outcome outcome) noexcept {
    constexpr std::array<std::string_view, 5> words{"not_needed", "asked", "agreed", "declined",
                                                    "client_cannot_ask"};
    return words[static_cast<std::size_t>(outcome)];
}

confirm_verdict confirm(prepared_call& call) {
    if (!is_asked_for(call.called, call.grant.confirm)) return {};
    const auto& input = call.source.input;
    // Without the state no person was asked, whatever the answers say.
    const bool was_asked = input.state.starts_with(state_mark);
    const auto said = was_asked ? answer_in(input) : answer::none;
    if (said == answer::yes) {
        call.operation_key = input.state.substr(state_mark.size());
        if (!call.key_given) call.receipt_id = call.operation_key;
        if (!call.request.idempotency_key.empty())
            call.request.idempotency_key = call.operation_key;
        return {confirm_outcome::agreed, {}};
    }
    if (said == answer::no)
        return {confirm_outcome::declined,
                refused("declined", "A person was asked to agree to this call and declined it.",
                        "Nothing was sent. It is not to be tried again unless the person "
                        "asks for it.")};
    if (can_ask(input)) return {confirm_outcome::asked, ask_to_confirm(call)};
    return {confirm_outcome::cannot_ask,
            refused("client_cannot_ask",
                    "This MCP server has a person agree to such calls, and this client cannot ask "
                    "its user: it declared no elicitation.",
                    "Nothing was sent. An administrator can set config.confirm of this "
                    "MCP server to none, or another client can be used that supports elicitation "
                    "by forms, over a session or in revision 2026-07-28.")};
}

}  // namespace tollgate::stripe
