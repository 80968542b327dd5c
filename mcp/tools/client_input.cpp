#include "mcp/tools/client_input.hpp"

#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/protocol/result_end.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";

rpc_error bad(std::string text) {
    return {invalid_params, std::move(text), {}};
}

// Reads inputResponses: an object of objects.
std::optional<rpc_error> read_answers(const message& value, input_given& out) {
    simdjson::dom::element given;
    if (value.params->at_key("inputResponses").get(given) != simdjson::SUCCESS) return {};
    simdjson::dom::object answers;
    if (given.get(answers) != simdjson::SUCCESS)
        return bad("params.inputResponses must be an object.");
    for (const auto answer : answers)
        if (!answer.value.is_object())
            return bad("params.inputResponses." + std::string(answer.key) +
                       " must be an object: the result of the request of that name.");
    out.answers = answers;
    return {};
}

}  // namespace

std::optional<rpc_error> read_input(const message& value, era spoken, const call_identity& call,
                                    const input_seal* seal, input_given& out) {
    if (spoken == era::legacy || !value.params) return {};
    simdjson::dom::object capabilities;
    if (value.meta && value.meta->at_key(capabilities_key).get(capabilities) == simdjson::SUCCESS)
        out.capabilities = capabilities;
    if (auto wrong = read_answers(value, out)) return wrong;
    simdjson::dom::element given;
    if (value.params->at_key("requestState").get(given) != simdjson::SUCCESS) return {};
    std::string_view sealed;
    std::optional<std::string> state;
    if (seal != nullptr && given.get(sealed) == simdjson::SUCCESS) state = seal->open(call, sealed);
    if (!state)
        return bad(
            "params.requestState is not of this call, was changed, or is too old. Call again "
            "without it and without inputResponses.");
    out.state = std::move(*state);
    return {};
}

base::http_response ask_client(const message& value, era spoken, const call_identity& call,
                               const input_need& needs, const input_seal* seal,
                               std::string_view server_info_json) {
    if (spoken == era::legacy)
        return error_reply(
            200, value.id_json,
            {invalid_request,
             "This call asks its client for input: use MCP " + std::string(modern_version) +
                 ", or a session whose initialize declared the capability, and "
                 "accept text/event-stream.",
             {}});
    if (!needs.capabilities.empty())
        return error_reply(
            400, value.id_json,
            {missing_capability, "This call needs a capability that the client did not declare.",
             R"({"requiredCapabilities":)" + needs.capabilities + '}'});
    base::http_response reply;
    open_result(reply.body, value.id_json);
    reply.body += '{';
    if (!needs.requests.empty()) {
        reply.body += R"("inputRequests":{)";
        reply.body += needs.requests;
        reply.body += "},";
    }
    if (!needs.state.empty() && seal != nullptr) {
        reply.body += R"("requestState":)";
        base::append_json_string(reply.body, seal->seal(call, needs.state));
        reply.body += ',';
    }
    append_result_end(reply.body, result_kind::input_required, server_info_json);
    reply.body += "}}";
    return reply;
}

}  // namespace tollgate::mcp
