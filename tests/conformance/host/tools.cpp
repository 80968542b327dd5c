#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <nlohmann/json.hpp>

#include "tests/conformance/host/fixtures.hpp"

namespace tollgate::conformance {

namespace {

using mcp::tool_answer;
using mcp::tool_call;
using mcp::tool_question;
using mcp::tool_result;
using nlohmann::json;

tool_result say(std::string text) {
    tool_result out;
    out.text = std::move(text);
    return out;
}

tool_result show(const json& block) {
    tool_result out;
    out.has_text = false;
    out.attachment = block.dump();
    return out;
}

const json image{{"type", "image"}, {"data", pixel_png}, {"mimeType", "image/png"}};

json resource(const char* uri, const char* type, const char* text) {
    return {{"type", "resource"}, {"resource", {{"uri", uri}, {"mimeType", type}, {"text", text}}}};
}

tool_answer mixed(const tool_call&) {
    tool_result out = say("Multiple content types test:");
    out.attachment = image.dump() + "," +
                     resource("test://mixed-content-resource", "application/json",
                              R"({"test":"data","value":123})")
                         .dump();
    return out;
}

tool_answer failing(const tool_call&) {
    tool_result out = say("This tool intentionally returns an error for testing");
    out.is_error = true;
    return out;
}

tool_question needing(std::string requests, std::string state = {}) {
    tool_question out;
    out.needs.requests = std::move(requests);
    out.needs.state = std::move(state);
    return out;
}

const std::string ask_model =
    R"({"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"What is the capital of France?"}}],"maxTokens":100}})";
const std::string ask_roots = R"("client_roots":{"method":"roots/list","params":{}})";

bool declared(const tool_call& call, std::string_view capability) {
    simdjson::dom::element ignored;
    return call.input.capabilities &&
           call.input.capabilities->at_key(capability).get(ignored) == simdjson::SUCCESS;
}

tool_answer ask_name(const tool_call& call) {
    if (answered(call.input, "user_name")) return say("Hello");
    return needing(ask_for("user_name", "What is your name?", "name"));
}

tool_answer ask_sampling(const tool_call& call) {
    if (answered(call.input, "capital_question")) return say("The model has answered.");
    return needing(R"("capital_question":)" + ask_model);
}

tool_answer ask_for_roots(const tool_call& call) {
    if (answered(call.input, "client_roots")) return say("The roots have come.");
    return needing(ask_roots);
}

tool_answer with_state(const tool_call& call) {
    if (answered(call.input, "confirm") && call.input.state == "waiting") return say("state-ok");
    return needing(ask_for("confirm", "Please confirm", "ok", "boolean"), "waiting");
}

tool_answer many(const tool_call& call) {
    if (answered(call.input, "user_name") && answered(call.input, "greeting") &&
        answered(call.input, "client_roots"))
        return say("All three have come.");
    return needing(ask_for("user_name", "What is your name?", "name") + R"(,"greeting":)" +
                       ask_model + "," + ask_roots,
                   "three");
}

tool_answer rounds(const tool_call& call) {
    if (answered(call.input, "step2") && call.input.state == "round 2") return say("Done.");
    if (answered(call.input, "step1") && call.input.state == "round 1")
        return needing(ask_for("step2", "Step 2: What is your favorite color?", "color"),
                       "round 2");
    return needing(ask_for("step1", "Step 1: What is your name?", "name"), "round 1");
}

tool_answer by_capability(const tool_call& call) {
    std::string requests;
    if (declared(call, "sampling")) requests = R"("question":)" + ask_model;
    if (declared(call, "elicitation")) {
        if (!requests.empty()) requests += ',';
        requests += ask_for("user_name", "What is your name?", "name");
    }
    if (requests.empty()) return say("There is nothing to ask this client.");
    return needing(requests);
}

tool_answer without_capability(const tool_call& call) {
    if (declared(call, "sampling")) return say("The client can sample.");
    tool_question out;
    out.needs.capabilities = R"({"sampling":{}})";
    return out;
}

// Nothing about the lists is kept: clients are told, which is all that is looked at.
tool_result changing(mcp::list_set lists) {
    tool_result out = say("The list has changed.");
    out.changed = lists;
    return out;
}

tool_answer updating(const tool_call&) {
    tool_result out = say("The resource has changed.");
    out.updated = "test://static-text";
    return out;
}

struct fixture {
    const char* name;
    const char* description;
    tool_answer (*run)(const tool_call&);
};

const std::array fixtures{
    fixture{"test_simple_text", "A text.",
            [](const tool_call&) -> tool_answer {
                return say("This is a simple text response for testing.");
            }},
    fixture{"test_image_content", "An image.",
            [](const tool_call&) -> tool_answer { return show(image); }},
    fixture{"test_audio_content", "A sound.",
            [](const tool_call&) -> tool_answer {
                return show({{"type", "audio"}, {"data", silence_wav}, {"mimeType", "audio/wav"}});
            }},
    fixture{"test_embedded_resource", "A resource.",
            [](const tool_call&) -> tool_answer {
                return show(resource("test://embedded-resource", "text/plain",
                                     "This is an embedded resource content."));
            }},
    fixture{"test_multiple_content_types", "A text, an image and a resource.", mixed},
    fixture{"test_error_handling", "Always fails.", failing},
    fixture{"test_sampling", "Asks the model.", ask_for_sample},
    fixture{"test_elicitation", "Asks for details.", ask_for_details},
    fixture{"test_elicitation_sep1034_defaults", "Asks with defaults.", ask_with_defaults},
    fixture{"test_elicitation_sep1330_enums", "Asks with choices.", ask_with_choices},
    fixture{"test_streaming_elicitation", "Asks its client.", ask_name},
    fixture{"test_missing_capability", "Needs sampling.", without_capability},
    fixture{"test_input_required_result_elicitation", "Asks for a name.", ask_name},
    fixture{"test_input_required_result_sampling", "Asks the model.", ask_sampling},
    fixture{"test_input_required_result_list_roots", "Asks for roots.", ask_for_roots},
    fixture{"test_input_required_result_request_state", "Remembers.", with_state},
    fixture{"test_input_required_result_tampered_state", "Remembers.", with_state},
    fixture{"test_input_required_result_multiple_inputs", "Asks three things.", many},
    fixture{"test_input_required_result_multi_round", "Asks twice.", rounds},
    fixture{"test_input_required_result_capabilities", "Asks what it may.", by_capability},
    fixture{"test_trigger_tool_change", "Tells that the tools changed.",
            [](const tool_call&) -> tool_answer { return changing(mcp::tools_list); }},
    fixture{"test_update_resource", "Tells that a resource was updated.", updating},
    fixture{"test_trigger_prompt_change", "Tells that the prompts changed.",
            [](const tool_call&) -> tool_answer { return changing(mcp::prompts_list); }},
};

base::awaitable<tool_result> with_progress(const tool_call& call) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor};
    for (const std::int64_t done : {0, 50, 100}) {
        if (call.monitor != nullptr) call.monitor->report(done, 100, "Working");
        constexpr std::chrono::milliseconds step{50};
        timer.expires_after(step);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_return say("Done.");
}

// Those that take a while.
struct slow_fixture {
    const char* name;
    const char* description;
    base::awaitable<tool_result> (*run)(const tool_call&);
};

const std::array slow_fixtures{
    slow_fixture{"test_tool_with_progress", "Tells how far it is.", with_progress},
    slow_fixture{"test_tool_with_logging", "Logs for its client.", with_logging},
    slow_fixture{"test_logging_tool", "Logs for its client.", with_logging},
};

// Keywords of JSON Schema 2020-12 that are to come through as they are.
constexpr std::string_view schema_tool =
    R"({"name":"json_schema_2020_12_tool","description":"Tool with JSON Schema 2020-12 features",)"
    R"("inputSchema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
    R"("$defs":{"address":{"$anchor":"addressDef","type":"object","properties":)"
    R"({"street":{"type":"string"},"city":{"type":"string"}}}},"properties":{"name":)"
    R"({"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string",)"
    R"("enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},)"
    R"("allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],"if":{"properties":)"
    R"({"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":)"
    R"(["phone"]},"else":{"required":["email"]},"additionalProperties":false}})";

// An argument that is repeated in a header.
constexpr std::string_view header_tool = "test_header_argument";
constexpr std::array<mcp::mirrored_argument, 1> header_arguments{{{"region", "Region"}}};
constexpr std::string_view header_tool_json =
    R"({"name":"test_header_argument","description":"Has an argument in a header.","inputSchema":)"
    R"({"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}})";

}  // namespace

std::span<const mcp::mirrored_argument> fixture_tools::mirrored(std::string_view tool) const {
    if (tool != header_tool) return {};
    return header_arguments;
}

void fixture_tools::append_tools(const tenancy::grant&, std::string& out) const {
    const json schema{{"type", "object"}, {"properties", json::object()}};
    const auto show = [&](const auto& one) {
        out += json{{"name", one.name}, {"description", one.description}, {"inputSchema", schema}}
                   .dump();
        out += ',';
    };
    for (const auto& one : fixtures) show(one);
    for (const auto& one : slow_fixtures) show(one);
    out += schema_tool;
    out += ',';
    out += header_tool_json;
}

base::awaitable<tool_answer> fixture_tools::call(const tenancy::grant&, tool_call call) {
    for (const auto& one : slow_fixtures)
        if (call.name == one.name) co_return co_await one.run(call);
    for (const auto& one : fixtures)
        if (call.name == one.name) co_return one.run(call);
    if (call.name == header_tool) co_return say("The header says the same.");
    if (call.name == "json_schema_2020_12_tool") co_return say("Its schema is what matters.");
    co_return mcp::unknown_tool{"There is no tool of that name."};
}

}  // namespace tollgate::conformance
