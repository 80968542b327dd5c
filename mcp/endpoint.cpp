#include "mcp/endpoint.hpp"

#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/protocol/client_name.hpp"
#include "mcp/protocol/param_headers.hpp"
#include "mcp/protocol/result_end.hpp"
#include "mcp/tools/client_input.hpp"
#include "mcp/tools/dialogue.hpp"
#include "mcp/tools/result_writer.hpp"
#include "mcp/tools/running_call.hpp"
#include "mcp/tools/tasks.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::size_t spare_parsers_max = 64;
constexpr std::size_t spare_parser_capacity_max = 64 * 1024;
constexpr std::size_t error_text_max =
    500;  // the most bytes of a client's error that are passed on

base::http_response unknown_method(const message& value, era spoken) {
    // Legacy clients take a 404 to mean that their session has ended, so they get the error with
    // 200 (MCP 2025-11-25 transports).
    return error_reply(spoken == era::modern ? 404 : 200, value.id_json,
                       rpc_error{method_not_found, "This server has no such method.", {}});
}

base::http_response bad_params(const message& value, std::string text) {
    return error_reply(200, value.id_json, rpc_error{invalid_params, std::move(text), {}});
}

// params._meta.progressToken as JSON text; empty if absent or invalid.
std::string progress_token(const message& value) {
    simdjson::dom::element token;
    if (!value.meta || value.meta->at_key("progressToken").get(token) != simdjson::SUCCESS ||
        !(token.is_string() || token.is_int64()))
        return {};
    return simdjson::minify(token);
}

std::string_view text_param(const message& value, std::string_view key) {
    std::string_view text;
    if (!value.params || value.params->at_key(key).get(text) != simdjson::SUCCESS) return {};
    return text;
}

// True if a subscriptions/listen asks for notifications about tasks. No task sends any: clients
// poll with tasks/get.
bool names_tasks(const message& value) {
    simdjson::dom::object wanted;
    simdjson::dom::element ids;
    return value.params && value.params->at_key("notifications").get(wanted) == simdjson::SUCCESS &&
           wanted.at_key("taskIds").get(ids) == simdjson::SUCCESS;
}

constexpr std::string_view log_level_key = "io.modelcontextprotocol/logLevel";

// The minimum level of log messages for a request's client. In the modern era each request names
// it, and without it none are sent; in earlier eras, the server chooses until logging/setLevel.
std::optional<log_level> log_level_of(const message& value, era spoken,
                                      const session& client_session) {
    if (spoken == era::legacy) return client_session.level.value_or(log_level::info);
    std::string_view name;
    if (!value.meta || value.meta->at_key(log_level_key).get(name) != simdjson::SUCCESS) return {};
    return log_level_named(name);
}

// Reads the params of tools/call; returns an error text if they are not valid.
std::string read_call(const message& value, simdjson::dom::parser& empty_object, tool_call& out) {
    out.name = text_param(value, "name");
    if (out.name.empty()) return "tools/call needs params.name, a string.";
    simdjson::dom::element arguments;
    if (value.params->at_key("arguments").get(arguments) != simdjson::SUCCESS ||
        arguments.is_null())
        arguments = empty_object.parse(std::string("{}")).value_unsafe();
    if (arguments.get(out.arguments) != simdjson::SUCCESS)
        return "params.arguments must be an object.";
    std::string_view key;
    for (const auto name : {operation_meta_key, operation_meta_alias})
        if (value.meta && key.empty() && value.meta->at_key(name).get(key) == simdjson::SUCCESS)
            out.operation_key = key;
    return {};
}

}  // namespace

struct endpoint::incoming_message {
    const base::http_request& request;
    const tenancy::grant& grant;
    const message& value;
    era spoken;
    const session& client_session;  // empty in the modern era
    exchange& facts;
};

// Reserves a parser for one request.
struct endpoint::call_scope {
    explicit call_scope(endpoint& owner) : owner_(owner), parser(owner.take_parser()) {}
    ~call_scope() { owner_.give_back(std::move(parser)); }
    call_scope(const call_scope&) = delete;
    call_scope& operator=(const call_scope&) = delete;

    endpoint& owner_;
    std::unique_ptr<simdjson::dom::parser> parser;
};

endpoint::endpoint(tool_provider& tools, cancellations& cancelled, server_info info,
                   endpoint_parts parts)
    : tools_(tools),
      cancelled_(cancelled),
      identity_(std::move(info)),
      parts_(parts),
      content_(parts.content, parts.seal, identity_) {
    const bool notifies = parts_.streams != nullptr;
    capabilities_json_ = notifies ? R"({"tools":{"listChanged":true})" : R"({"tools":{})";
    if (parts_.sessions != nullptr) capabilities_json_ += R"(,"logging":{})";
    capabilities_json_ += content_.capabilities(notifies);
    // Extensions exist in the modern era only.
    modern_capabilities_json_ = capabilities_json_;
    if (tools_.has_tasks())
        modern_capabilities_json_ += R"(,"extensions":{"io.modelcontextprotocol/tasks":{}})";
    modern_capabilities_json_ += '}';
    capabilities_json_ += '}';
}

std::unique_ptr<simdjson::dom::parser> endpoint::take_parser() {
    if (parsers_.empty()) return std::make_unique<simdjson::dom::parser>();
    auto parser = std::move(parsers_.back());
    parsers_.pop_back();
    return parser;
}

void endpoint::give_back(std::unique_ptr<simdjson::dom::parser> parser) {
    if (parsers_.size() < spare_parsers_max && parser->capacity() <= spare_parser_capacity_max)
        parsers_.push_back(std::move(parser));
}

base::awaitable<base::http_response> endpoint::handle(const tenancy::grant& grant,
                                                      const base::http_request& request,
                                                      exchange& facts) {
    if (request.method == "DELETE") co_return end_session(grant, request);
    const call_scope scope{*this};
    const parsed in = parse_message(*scope.parser, request.body);
    if (in.error) co_return error_reply(400, in.value.id_json, *in.error);
    const auto selected = select_era(request, in.value);
    if (const auto* wrong = std::get_if<refusal>(&selected))
        co_return error_reply(wrong->status, in.value.id_json, wrong->error);
    const era spoken = std::get<era>(selected);
    facts.modern = spoken == era::modern;
    session client_session;
    if (spoken == era::legacy && parts_.sessions != nullptr &&
        in.value.method != name_of(method_kind::initialize))
        if (auto refused = parts_.sessions->check(grant, request, in.value.id_json, client_session))
            co_return std::move(*refused);
    note_session(grant, request, client_session);
    if (in.value.kind == message_kind::request) {
        facts.events_accepted = accepts_events(request);
        const incoming_message incoming{request, grant, in.value, spoken, client_session, facts};
        co_return co_await dispatch(incoming);
    }
    facts.method = in.value.kind == message_kind::response ? "response" : "notification";
    note_notification(grant, in.value);
    note_response(grant, in.value);
    co_return accepted_reply();
}

std::optional<base::http_response> endpoint::look(const std::string& body, std::string& id_json,
                                                  bool& asks) {
    const call_scope scope{*this};
    const parsed in = parse_message(*scope.parser, body);
    if (in.error) return error_reply(400, in.value.id_json, *in.error);
    id_json = in.value.id_json;
    asks = in.value.kind == message_kind::request;
    return {};
}

void endpoint::note_session(const tenancy::grant& grant, const base::http_request& request,
                            const session& client_session) const {
    if (parts_.seen == nullptr || client_session.id.empty()) return;
    parts_.seen->use(grant.server_id, client_session.id, request.header("User-Agent"),
                     request.header("MCP-Protocol-Version"));
}

base::http_response endpoint::end_session(const tenancy::grant& grant,
                                          const base::http_request& request) const {
    if (parts_.sessions != nullptr) return parts_.sessions->end(grant, request);
    return refuse_method(request);
}

// Handles the answer to a request that this or another instance has sent to its client.
void endpoint::note_response(const tenancy::grant& grant, const message& value) const {
    if (parts_.asked == nullptr || !(value.result || value.error)) return;
    simdjson::dom::parser parser;
    std::string_view id;
    if (parser.parse(value.id_json).get(id) != simdjson::SUCCESS) return;
    client_response out;
    if (value.result && value.result->is_object()) {
        out.result_json = simdjson::minify(*value.result);
    } else {
        std::string_view why;
        if (value.error && value.error->at_key("message").get(why) == simdjson::SUCCESS)
            out.error = base::clipped_text(why, error_text_max);
    }
    parts_.asked->answer(grant.server_id, std::string(id), out);
}

// notifications/cancelled of the legacy era (2025-11-25 basic/utilities/cancellation): the request
// may be running on another connection. Modern clients close their stream instead.
void endpoint::note_notification(const tenancy::grant& grant, const message& value) const {
    simdjson::dom::element id;
    if (value.method != "notifications/cancelled" || !value.params ||
        value.params->at_key("requestId").get(id) != simdjson::SUCCESS)
        return;
    cancelled_.cancel(grant.server_id, simdjson::minify(id));
}

bool endpoint::serves(const method_row& method, era spoken) const {
    if (method.spoken != method_era::both &&
        (method.spoken == method_era::modern) != (spoken == era::modern))
        return false;
    switch (method.needs) {
        case method_needs::nothing:
            return true;
        case method_needs::content:
            return content_.exists();
        case method_needs::updates:
            return parts_.streams != nullptr && content_.tells_updates();
        case method_needs::streams:
            return parts_.streams != nullptr;
        case method_needs::sessions:
            return parts_.sessions != nullptr;
        case method_needs::tasks:
            return tools_.has_tasks();
    }
    return false;
}

base::awaitable<base::http_response> endpoint::dispatch(const incoming_message& incoming) {
    const auto* method = find_method(incoming.value.method);
    if (method == nullptr || !serves(*method, incoming.spoken)) {
        incoming.facts.method = "unknown";
        co_return unknown_method(incoming.value, incoming.spoken);
    }
    incoming.facts.method = method->name;
    if (method->kind == method_kind::call_tool) co_return co_await call_tool(incoming);
    if (method->needs == method_needs::tasks)
        co_return co_await answer_task_method(tools_, method->kind, incoming.grant, incoming.value,
                                              identity_.json(incoming.grant));
    if (method->needs == method_needs::content) {
        incoming.facts.client = client_name(incoming.value, incoming.request);
        content_exchange about{incoming.facts.deadline, incoming.facts.request_id,
                               incoming.facts.client};
        auto reply = co_await content_.answer(method->kind, incoming.grant, incoming.value,
                                              incoming.spoken, about);
        incoming.facts.tool = std::move(about.ran);
        incoming.facts.tool_failed = about.failed;
        co_return reply;
    }
    co_return answer_at_once(method->kind, incoming);
}

base::http_response endpoint::answer_at_once(method_kind kind,
                                             const incoming_message& incoming) const {
    switch (kind) {
        case method_kind::ping:
            return result_reply(incoming.value.id_json, "{}");
        case method_kind::set_log_level:
            return parts_.sessions->set_level(incoming.value, incoming.client_session);
        case method_kind::subscribe:
        case method_kind::unsubscribe:
            return follow(parts_.streams->hub(), incoming.grant, incoming.value,
                          kind == method_kind::subscribe);
        case method_kind::listen:
            if (names_tasks(incoming.value) && !declares_tasks(incoming.value))
                return tasks_undeclared(incoming.value);
            return listen(*parts_.streams, offer(incoming.grant), incoming.grant, incoming.value,
                          incoming.facts.events_accepted ? incoming.facts.stream : nullptr);
        default:
            break;
    }
    incoming.facts.client = client_name(incoming.value, incoming.request);
    if (kind == method_kind::list_tools) return list_tools(incoming);
    if (kind == method_kind::discover) return discover(incoming);
    incoming.facts.client_title = client_title(incoming.value);
    return initialize(incoming);
}

stream_offer endpoint::offer(const tenancy::grant& grant) const {
    return {content_.lists(), content_.tells_updates(), identity_.json(grant)};
}

std::optional<base::http_response> endpoint::refuse_session(
    const tenancy::grant& grant, const base::http_request& request) const {
    session client_session;
    if (parts_.sessions == nullptr) return {};
    auto refused = parts_.sessions->check(grant, request, "null", client_session);
    if (!refused) note_session(grant, request, client_session);
    return refused;
}

base::http_response endpoint::initialize(const incoming_message& incoming) const {
    const message& value = incoming.value;
    const std::string_view asked = text_param(value, "protocolVersion");
    if (asked.empty()) return bad_params(value, "initialize needs params.protocolVersion.");
    const std::string_view revision = is_legacy_version(asked) ? asked : newest_legacy_version;
    std::string result = "{";
    base::json_members{result}
        .text("protocolVersion", revision)
        .raw("capabilities", capabilities_json_)
        .raw("serverInfo", identity_.json(incoming.grant))
        .text("instructions", identity_.instructions(incoming.grant, list_ttl_ms).text);
    result += '}';
    auto reply = result_reply(value.id_json, result);
    if (parts_.sessions == nullptr) return reply;
    std::string id = parts_.sessions->begin(incoming.grant, value, reply);
    if (parts_.seen != nullptr)
        parts_.seen->begin({.id = std::move(id),
                            .server_id = incoming.grant.server_id,
                            .revision = std::string{revision},
                            .client = incoming.facts.client,
                            .title = incoming.facts.client_title});
    return reply;
}

base::http_response endpoint::discover(const incoming_message& incoming) const {
    std::string result = "{";
    const auto [instructions, ttl_ms] = identity_.instructions(incoming.grant, list_ttl_ms);
    base::json_members{result}
        .raw("supportedVersions", R"(["2026-07-28"])")
        .raw("capabilities", modern_capabilities_json_)
        .text("instructions", instructions);
    result += ',';
    append_result_end(result, result_kind::cacheable, identity_.json(incoming.grant), ttl_ms);
    result += '}';
    return result_reply(incoming.value.id_json, result);
}

base::http_response endpoint::list_tools(const incoming_message& incoming) const {
    const message& value = incoming.value;
    simdjson::dom::element cursor;
    if (value.params && value.params->at_key("cursor").get(cursor) == simdjson::SUCCESS)
        return bad_params(value,
                          "Unknown cursor: tools/list answers in one page, without cursors.");
    base::http_response reply;
    open_result(reply.body, value.id_json);
    reply.body += R"({"tools":[)";
    tools_.append_tools(incoming.grant, reply.body);
    reply.body += ']';
    if (incoming.spoken == era::modern) {
        reply.body += ',';
        append_result_end(reply.body, result_kind::cacheable, identity_.json(incoming.grant));
    }
    reply.body += "}}";
    return reply;
}

base::awaitable<base::http_response> endpoint::call_tool(const incoming_message& incoming) {
    const auto& [request, grant, value, spoken, client_session, facts] = incoming;
    tool_call call;
    simdjson::dom::parser empty_object;
    if (auto wrong = read_call(value, empty_object, call); !wrong.empty())
        co_return bad_params(value, std::move(wrong));
    const call_identity identity{grant.server_id, name_of(method_kind::call_tool), call.name,
                                 call.arguments};
    if (const auto wrong = read_input(value, spoken, identity, parts_.seal, call.input))
        co_return error_reply(200, value.id_json, *wrong);
    if (spoken == era::modern)
        if (const auto wrong =
                check_param_headers(request, tools_.mirrored(call.name), call.arguments))
            co_return error_reply(400, value.id_json, *wrong);
    facts.client = client_name(value, request);
    call.deadline = facts.deadline;
    call.request_id = facts.request_id;
    call.client = facts.client;
    running_call running{
        {.server_id = grant.server_id,
         .token_digest = grant.token_digest,
         .request_id_json = value.id_json,
         .progress_token_json = facts.events_accepted ? progress_token(value) : std::string{},
         .stream = facts.stream,
         .beats = parts_.streams == nullptr ? nullptr : &parts_.streams->beats(),
         .log_from = facts.events_accepted ? log_level_of(value, spoken, client_session)
                                           : std::optional<log_level>{},
         .closing_cancels = spoken == era::modern},
        cancelled_,
        watch_};
    call.monitor = &running;
    auto answer = co_await run_tool(incoming, std::move(call), running);
    base::http_response reply = tool_reply(incoming, identity, std::move(answer));
    running.frame(reply);
    co_return reply;
}

// A client with a session can be asked on its call's stream, if it accepts one.
base::awaitable<tool_answer> endpoint::run_tool(const incoming_message& incoming, tool_call call,
                                                running_call& running) {
    const bool can_ask = incoming.client_session.client.any() && incoming.facts.events_accepted &&
                         incoming.facts.stream != nullptr && parts_.asked != nullptr;
    if (!can_ask) co_return co_await tools_.call(incoming.grant, std::move(call));
    call.input.capabilities = capabilities_of(incoming.client_session.client);
    const dialogue_parts parts{tools_, *parts_.asked, *incoming.facts.stream, running};
    co_return co_await call_with_questions(incoming.grant, std::move(call), parts);
}

base::http_response endpoint::tool_reply(const incoming_message& incoming,
                                         const call_identity& call, tool_answer answer) const {
    const auto& [request, grant, value, spoken, client_session, facts] = incoming;
    if (auto* const unknown = std::get_if<unknown_tool>(&answer)) {
        facts.tool_failed = true;
        return bad_params(value, std::move(unknown->why));
    }
    if (const auto* const question = std::get_if<tool_question>(&answer)) {
        facts.tool = question->ran.empty() ? call.name : question->ran;
        return ask_client(value, spoken, call, question->needs, parts_.seal, identity_.json(grant));
    }
    auto& result = std::get<tool_result>(answer);
    facts.tool = result.ran.empty() ? call.name : result.ran;
    facts.tool_failed = result.is_error;
    facts.trace = std::move(result.trace);
    const bool news = result.changed != 0 || !result.updated.empty();
    if (news && parts_.streams != nullptr) parts_.streams->hub().notify(grant.server_id, result);
    const std::string info = spoken == era::modern ? identity_.json(grant) : std::string{};
    if (result.later && spoken == era::modern && declares_tasks(value))
        return created_task(value, *result.later, info);
    base::http_response reply;
    write_call_result(reply.body, value.id_json, result, grant.structured_content, info);
    reply.headers = std::move(result.http_headers);
    return reply;
}

}  // namespace tollgate::mcp
