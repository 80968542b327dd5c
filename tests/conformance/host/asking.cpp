// Tools that ask their client in the revisions before 2026-07-28, and one that logs.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <nlohmann/json.hpp>

#include "tests/conformance/host/fixtures.hpp"

namespace tollgate::conformance {

namespace {

using mcp::tool_answer;
using mcp::tool_call;
using mcp::tool_result;
using nlohmann::json;

constexpr std::string_view key = "asked";

// Asks with one request, and says what came.
tool_answer ask(const tool_call& call, const json& request, const std::string& lead) {
    simdjson::dom::element answer;
    if (call.input.answers && call.input.answers->at_key(key).get(answer) == simdjson::SUCCESS) {
        tool_result out;
        out.text = lead + simdjson::minify(answer);
        return out;
    }
    mcp::tool_question out;
    out.needs.requests = '"' + std::string(key) + "\":" + request.dump();
    return out;
}

json form(const std::string& message, const json& properties) {
    return {{"method", "elicitation/create"},
            {"params",
             {{"mode", "form"},
              {"message", message},
              {"requestedSchema", {{"type", "object"}, {"properties", properties}}}}}};
}

json choices(const char* title) {
    return json::array({{{"const", "value1"}, {"title", std::string("First ") + title}},
                        {{"const", "value2"}, {"title", std::string("Second ") + title}}});
}

}  // namespace

tool_answer ask_for_sample(const tool_call& call) {
    const json request{
        {"method", "sampling/createMessage"},
        {"params",
         {{"messages",
           json::array({{{"role", "user"},
                         {"content", {{"type", "text"}, {"text", "Test prompt for sampling"}}}}})},
          {"maxTokens", 100}}}};
    return ask(call, request, "LLM response: ");
}

tool_answer ask_for_details(const tool_call& call) {
    return ask(call,
               form("Please provide your information",
                    {{"username", {{"type", "string"}, {"description", "User's response"}}},
                     {"email", {{"type", "string"}, {"description", "User's email address"}}}}),
               "User response: ");
}

tool_answer ask_with_defaults(const tool_call& call) {
    const json status{
        {"type", "string"}, {"enum", {"active", "inactive", "pending"}}, {"default", "active"}};
    return ask(
        call,
        form("Please look at these", {{"name", {{"type", "string"}, {"default", "John Doe"}}},
                                      {"age", {{"type", "integer"}, {"default", 30}}},
                                      {"score", {{"type", "number"}, {"default", 95.5}}},
                                      {"status", status},
                                      {"verified", {{"type", "boolean"}, {"default", true}}}}),
        "Elicitation completed: ");
}

tool_answer ask_with_choices(const tool_call& call) {
    const json plain{"option1", "option2", "option3"};
    return ask(
        call,
        form("Please choose",
             {{"untitledSingle", {{"type", "string"}, {"enum", plain}}},
              {"titledSingle", {{"type", "string"}, {"oneOf", choices("Option")}}},
              {"legacyEnum",
               {{"type", "string"},
                {"enum", {"opt1", "opt2", "opt3"}},
                {"enumNames", {"Option One", "Option Two", "Option Three"}}}},
              {"untitledMulti",
               {{"type", "array"}, {"items", {{"type", "string"}, {"enum", plain}}}}},
              {"titledMulti", {{"type", "array"}, {"items", {{"anyOf", choices("Choice")}}}}}}),
        "Elicitation completed: ");
}

base::awaitable<tool_result> with_logging(const tool_call& call) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor};
    for (const auto* words : {R"("Tool execution started")", R"("Tool processing data")",
                              R"("Tool execution completed")"}) {
        if (call.monitor != nullptr) call.monitor->log(mcp::log_level::info, words);
        constexpr std::chrono::milliseconds step{50};
        timer.expires_after(step);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    tool_result out;
    out.text = "Done.";
    co_return out;
}

}  // namespace tollgate::conformance
