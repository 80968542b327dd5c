#include "mcp/content/methods.hpp"

#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/protocol/result_end.hpp"
#include "mcp/tools/client_input.hpp"

namespace tollgate::mcp {

namespace {

std::string_view text_in(const std::optional<simdjson::dom::object>& object, std::string_view key) {
    std::string_view text;
    if (!object || object->at_key(key).get(text) != simdjson::SUCCESS) return {};
    return text;
}

std::optional<simdjson::dom::object> object_in(const std::optional<simdjson::dom::object>& object,
                                               std::string_view key) {
    simdjson::dom::object inner;
    if (!object || object->at_key(key).get(inner) != simdjson::SUCCESS) return {};
    return inner;
}

base::http_response refuse(const message& value, int code, std::string text,
                           std::string data = {}) {
    return error_reply(200, value.id_json, {code, std::move(text), std::move(data)});
}

// A JSON-RPC answer whose result has these members.
base::http_response result_of(const message& value, era spoken, std::string_view members,
                              result_kind kind, std::string_view server_info_json) {
    base::http_response reply;
    open_result(reply.body, value.id_json);
    reply.body += '{';
    reply.body += members;
    if (spoken == era::modern) {
        if (!members.empty()) reply.body += ',';
        append_result_end(reply.body, kind, server_info_json);
    }
    reply.body += "}}";
    return reply;
}

base::http_response refuse_read(const message& value, era spoken, std::string_view uri,
                                const content_answer& got) {
    if (got.exists) return refuse(value, internal_error, got.refusal, got.refusal_data);
    std::string data = "{";
    base::json_members{data}.text("uri", uri);
    data += '}';
    const int code = spoken == era::modern ? invalid_params : resource_not_found;
    return refuse(value, code, got.refusal.empty() ? "There is no such resource." : got.refusal,
                  std::move(data));
}

}  // namespace

std::string_view content_methods::capabilities(bool list_changes) const {
    if (provider_ == nullptr) return {};
    if (!list_changes) return R"(,"resources":{},"prompts":{},"completions":{})";
    if (!tells_updates())
        return R"(,"resources":{"listChanged":true},"prompts":{"listChanged":true})"
               R"(,"completions":{})";
    return R"(,"resources":{"listChanged":true,"subscribe":true},"prompts":{"listChanged":true})"
           R"(,"completions":{})";
}

base::awaitable<base::http_response> content_methods::answer(method_kind kind,
                                                             const tenancy::grant& grant,
                                                             const message& value, era spoken,
                                                             content_exchange& facts) {
    switch (kind) {
        case method_kind::list_resources:
            co_return list(grant, value, spoken, "resources", &content_provider::append_resources);
        case method_kind::list_templates:
            co_return list(grant, value, spoken, "resourceTemplates",
                           &content_provider::append_templates);
        case method_kind::list_prompts:
            co_return list(grant, value, spoken, "prompts", &content_provider::append_prompts);
        case method_kind::complete:
            co_return complete(grant, value, spoken);
        case method_kind::read_resource:
            co_return co_await read(grant, value, spoken, facts);
        default:
            co_return co_await prompt(grant, value, spoken, facts);
    }
}

base::http_response content_methods::list(const tenancy::grant& grant, const message& value,
                                          era spoken, std::string_view key, append part) const {
    simdjson::dom::element cursor;
    if (value.params && value.params->at_key("cursor").get(cursor) == simdjson::SUCCESS)
        return refuse(value, invalid_params,
                      "Unknown cursor: this list is answered in one page, without cursors.");
    std::string members;
    base::append_json_string(members, key);
    members += ":[";
    (provider_->*part)(grant, members);
    members += ']';
    return result_of(value, spoken, members, result_kind::cacheable, identity_.json(grant));
}

base::http_response content_methods::complete(const tenancy::grant& grant, const message& value,
                                              era spoken) const {
    const auto reference = object_in(value.params, "ref");
    const auto argument = object_in(value.params, "argument");
    const auto type = text_in(reference, "type");
    completion_request request;
    request.of_prompt = type == "ref/prompt";
    request.reference = text_in(reference, request.of_prompt ? "name" : "uri");
    request.argument = text_in(argument, "name");
    request.value = text_in(argument, "value");
    if ((!request.of_prompt && type != "ref/resource") || request.reference.empty() ||
        request.argument.empty())
        return refuse(value, invalid_params,
                      "completion/complete needs params.ref, of type ref/prompt with a name or "
                      "ref/resource with a uri, and params.argument with a name and a value.");
    std::string members = R"("completion":{"values":[)";
    provider_->append_completions(grant, request, members);
    members += R"(],"hasMore":false})";
    return result_of(value, spoken, members, result_kind::plain, identity_.json(grant));
}

base::awaitable<base::http_response> content_methods::read(const tenancy::grant& grant,
                                                           const message& value, era spoken,
                                                           content_exchange& facts) {
    const auto uri = text_in(value.params, "uri");
    if (uri.empty())
        co_return refuse(value, invalid_params, "resources/read needs params.uri, a string.");
    const resource_request request{uri, facts.deadline, facts.request_id, facts.client};
    auto got = co_await provider_->read_resource(grant, request);
    facts.ran = got.ran;
    facts.failed = !got.exists || !got.refusal.empty();
    auto reply =
        got.exists && got.refusal.empty()
            ? result_of(value, spoken, got.members, result_kind::cacheable, identity_.json(grant))
            : refuse_read(value, spoken, uri, got);
    reply.headers = std::move(got.http_headers);
    co_return reply;
}

base::awaitable<base::http_response> content_methods::prompt(const tenancy::grant& grant,
                                                             const message& value, era spoken,
                                                             content_exchange& facts) {
    prompt_request request;
    request.name = text_in(value.params, "name");
    if (request.name.empty())
        co_return refuse(value, invalid_params, "prompts/get needs params.name, a string.");
    request.arguments = object_in(value.params, "arguments");
    request.deadline = facts.deadline;
    request.request_id = facts.request_id;
    request.client = facts.client;
    const call_identity call{grant.server_id, name_of(method_kind::get_prompt), request.name,
                             request.arguments};
    if (const auto wrong = read_input(value, spoken, call, seal_, request.input))
        co_return error_reply(200, value.id_json, *wrong);
    const auto got = co_await provider_->get_prompt(grant, request);
    facts.failed = !got.exists || !got.refusal.empty();
    if (!got.refusal.empty())
        co_return refuse(value, invalid_params, got.refusal, got.refusal_data);
    if (!got.exists) co_return refuse(value, invalid_params, "There is no such prompt.");
    if (got.needs.any())
        co_return ask_client(value, spoken, call, got.needs, seal_, identity_.json(grant));
    co_return result_of(value, spoken, got.members, result_kind::plain, identity_.json(grant));
}

}  // namespace tollgate::mcp
