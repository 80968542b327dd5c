#include "mcp/endpoint.hpp"

#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/protocol/result_end.hpp"
#include "mcp/tools/client_input.hpp"
#include "mcp/tools/result_writer.hpp"
#include "mcp/tools/running_call.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::size_t spare_parsers_max = 64;
constexpr std::size_t spare_parser_capacity_max = 64 * 1024;

base::http_response unknown_method(const message& value, era spoken) {
    // Legacy clients read a 404 as "session gone", so they get the error with 200 (MCP 2025-11-25
    // transports).
    return error_reply(spoken == era::modern ? 404 : 200, value.id_json,
                       rpc_error{method_not_found, "This server has no such method.", {}});
}

base::http_response bad_params(const message& value, std::string text) {
    return error_reply(200, value.id_json, rpc_error{invalid_params, std::move(text), {}});
}

// params._meta.progressToken as JSON text; empty when none was given, or none that may be.
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

}  // namespace

// Holds a parser for the length of one request.
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
      instructions_(std::move(info.instructions)),
      seal_(parts.seal),
      content_(parts.content, parts.seal, server_info_json_) {
    capabilities_json_ = R"({"tools":{})";
    capabilities_json_ += content_.capabilities();
    capabilities_json_ += '}';
    server_info_json_ = "{";
    base::json_members{server_info_json_}
        .text("name", "tollgate")
        .text("title", info.title)
        .text("version", info.version);
    server_info_json_ += '}';
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
    const call_scope scope{*this};
    const parsed in = parse_message(*scope.parser, request.body);
    if (in.error) co_return error_reply(400, in.value.id_json, *in.error);
    const auto selected = select_era(request, in.value);
    if (const auto* wrong = std::get_if<refusal>(&selected))
        co_return error_reply(wrong->status, in.value.id_json, wrong->error);
    if (in.value.kind != message_kind::request) {
        facts.method = "notification";
        note_notification(grant, in.value);
        co_return accepted_reply();
    }
    const era spoken = std::get<era>(selected);
    facts.events_accepted = accepts_events(request);
    co_return co_await dispatch(grant, in.value, spoken, facts);
}

// notifications/cancelled of the legacy era (2025-11-25 basic/utilities/cancellation): the request
// may be running on another connection. The modern era closes its stream instead.
void endpoint::note_notification(const tenancy::grant& grant, const message& value) const {
    simdjson::dom::element id;
    if (value.method != "notifications/cancelled" || !value.params ||
        value.params->at_key("requestId").get(id) != simdjson::SUCCESS)
        return;
    cancelled_.cancel(grant.server_id, simdjson::minify(id));
}

base::awaitable<base::http_response> endpoint::dispatch(const tenancy::grant& grant,
                                                        const message& value, era spoken,
                                                        exchange& facts) {
    if (value.method == "tools/call") {
        facts.method = "tools/call";
        co_return co_await call_tool(grant, value, spoken, facts);
    }
    if (value.method == "tools/list") {
        facts.method = "tools/list";
        co_return list_tools(grant, value, spoken);
    }
    if (const auto known = content_.method_of(value.method); !known.empty()) {
        facts.method = known;
        co_return co_await content_.answer(grant, value, spoken, facts.deadline);
    }
    if (spoken == era::modern) {
        if (value.method == "server/discover") {
            facts.method = "server/discover";
            co_return discover(value);
        }
    } else if (value.method == "initialize") {
        facts.method = "initialize";
        co_return initialize(value);
    } else if (value.method == "ping") {
        facts.method = "ping";
        co_return result_reply(value.id_json, "{}");
    }
    facts.method = "unknown";
    co_return unknown_method(value, spoken);
}

base::http_response endpoint::initialize(const message& value) const {
    const std::string_view asked = text_param(value, "protocolVersion");
    if (asked.empty()) return bad_params(value, "initialize needs params.protocolVersion.");
    std::string result = "{";
    base::json_members{result}
        .text("protocolVersion", is_legacy_version(asked) ? asked : newest_legacy_version)
        .raw("capabilities", capabilities_json_)
        .raw("serverInfo", server_info_json_)
        .text("instructions", instructions_);
    result += '}';
    return result_reply(value.id_json, result);
}

base::http_response endpoint::discover(const message& value) const {
    std::string result = "{";
    base::json_members{result}
        .raw("supportedVersions", R"(["2026-07-28"])")
        .raw("capabilities", capabilities_json_)
        .text("instructions", instructions_);
    result += ',';
    append_result_end(result, result_kind::cacheable, server_info_json_);
    result += '}';
    return result_reply(value.id_json, result);
}

base::http_response endpoint::list_tools(const tenancy::grant& grant, const message& value,
                                         era spoken) const {
    simdjson::dom::element cursor;
    if (value.params && value.params->at_key("cursor").get(cursor) == simdjson::SUCCESS)
        return bad_params(value,
                          "Unknown cursor: tools/list answers in one page, without cursors.");
    base::http_response reply;
    open_result(reply.body, value.id_json);
    reply.body += R"({"tools":[)";
    tools_.append_tools(grant, reply.body);
    reply.body += ']';
    if (spoken == era::modern) {
        reply.body += ',';
        append_result_end(reply.body, result_kind::cacheable, server_info_json_);
    }
    reply.body += "}}";
    return reply;
}

base::awaitable<base::http_response> endpoint::call_tool(const tenancy::grant& grant,
                                                         const message& value, era spoken,
                                                         exchange& facts) {
    tool_call call;
    call.name = text_param(value, "name");
    if (call.name.empty()) co_return bad_params(value, "tools/call needs params.name, a string.");
    simdjson::dom::parser empty_object;
    simdjson::dom::element arguments;
    if (value.params->at_key("arguments").get(arguments) != simdjson::SUCCESS ||
        arguments.is_null())
        arguments = empty_object.parse(std::string("{}")).value_unsafe();
    if (arguments.get(call.arguments) != simdjson::SUCCESS)
        co_return bad_params(value, "params.arguments must be an object.");
    if (value.meta) {
        std::string_view key;
        if (value.meta->at_key(idempotency_meta_key).get(key) == simdjson::SUCCESS)
            call.idempotency_key = key;
    }
    const call_identity identity{grant.server_id, "tools/call", call.name, call.arguments};
    if (const auto wrong = read_input(value, spoken, identity, seal_, call.input))
        co_return error_reply(200, value.id_json, *wrong);
    call.deadline = facts.deadline;
    call.request_id = facts.request_id;
    running_call running{
        {.server_id = grant.server_id,
         .token_digest = grant.token_digest,
         .request_id_json = value.id_json,
         .progress_token_json = facts.events_accepted ? progress_token(value) : std::string{},
         .stream = facts.stream,
         .closing_cancels = spoken == era::modern},
        cancelled_,
        watch_};
    call.monitor = &running;
    const std::string_view name = call.name;
    tool_result result = co_await tools_.call(grant, std::move(call));
    facts.tool_failed = result.is_error || !result.exists;
    if (result.exists) facts.tool = result.ran.empty() ? name : result.ran;
    base::http_response reply =
        result.needs.any()
            ? ask_client(value, spoken, identity, result.needs, seal_, server_info_json_)
            : tool_reply(grant, value, spoken, result);
    running.frame(reply);
    co_return reply;
}

base::http_response endpoint::tool_reply(const tenancy::grant& grant, const message& value,
                                         era spoken, tool_result& result) const {
    if (!result.exists) return bad_params(value, std::move(result.text));
    base::http_response reply;
    const std::string_view info = spoken == era::modern ? server_info_json_ : std::string_view{};
    write_call_result(reply.body, value.id_json, result, grant.structured_content, info);
    reply.headers = std::move(result.http_headers);
    return reply;
}

}  // namespace tollgate::mcp
