// A tool provider and a grant for the endpoint's tests.
#pragma once
#include <boost/asio/co_spawn.hpp>

#include <nlohmann/json.hpp>

#include <stdexcept>

#include "mcp/endpoint.hpp"
#include "tests/support/drained_loop.hpp"

namespace tollgate::mcp::test {

using nlohmann::json;

// `echo` answers with its arguments; `ask` asks first, `offer` asks and can do without an answer,
// `sample` needs a capability; everything else does not exist.
class echo_provider final : public tool_provider {
public:
    void append_tools(const tenancy::grant&, std::string& out) const override {
        out += R"({"name":"echo","inputSchema":{"type":"object"}})";
    }
    base::awaitable<tool_answer> call(const tenancy::grant&, tool_call call) override {
        tool_result out;
        if (call.name == "ask") {
            if (call.input.answers) {
                out.text =
                    "state '" + call.input.state + "', " + simdjson::minify(*call.input.answers);
                co_return out;
            }
            tool_question question;
            question.needs.requests = R"("sure":{"method":"elicitation/create","params":{}})";
            question.needs.state = "asked";
            co_return question;
        }
        if (call.name == "offer") {
            tool_question question;
            question.needs.requests = R"("link":{"method":"elicitation/create","params":{}})";
            question.otherwise.emplace().text = "not answered";
            co_return question;
        }
        if (call.name == "sample") {
            tool_question question;
            question.needs.capabilities = R"({"sampling":{}})";
            co_return question;
        }
        if (call.name != "echo") co_return unknown_tool{"no such tool"};
        ++calls;
        last_key = call.operation_key;
        out.text = simdjson::minify(call.arguments);
        out.text_is_json_object = true;
        out.meta = R"("tollgate/requestId":"req_1")";
        co_return out;
    }
    int calls = 0;
    std::string last_key;
};

struct answer {
    unsigned status = 0;
    json body;
};

struct fixture {
    explicit fixture(endpoint_parts parts = {},
                     std::function<server_words(const tenancy::grant&)> words = {})
        : mcp{tools, cancelled, {"Tools", "1.2.3", "hello", std::move(words)}, parts} {}

    echo_provider tools;
    cancellations cancelled;
    endpoint mcp;
    tenancy::grant grant;

    base::http_response raw(std::string body, std::vector<base::http_header> headers = {},
                            std::string_view method = "POST") {
        base::http_request request;
        request.method = method;
        request.headers = std::move(headers);
        request.body = std::move(body);
        request.body.reserve(request.body.size() + 64);
        exchange facts;
        base::http_response out;
        tollgate::test::drained_loop loop;
        std::exception_ptr error;
        boost::asio::co_spawn(loop, mcp.handle(grant, request, facts),
                              [&](std::exception_ptr e, base::http_response r) {
                                  error = e;
                                  out = std::move(r);
                              });
        loop.run();
        if (error) std::rethrow_exception(error);
        return out;
    }
    answer post(std::string body, std::vector<base::http_header> headers = {}) {
        auto out = raw(std::move(body), std::move(headers));
        return {out.status, out.body.empty() ? json() : json::parse(out.body)};
    }
};

}  // namespace tollgate::mcp::test
