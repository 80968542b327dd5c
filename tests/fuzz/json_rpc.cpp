// Any body to the MCP endpoint: the answer is always JSON (or empty), and both ways of parsing
// agree.
#include "mcp/endpoint.hpp"
#include "sealed.hpp"

using namespace tollgate;

namespace {

class echo final : public mcp::tool_provider {
public:
    void append_tools(const tenancy::grant&, std::string& out) const override {
        out += R"({"name":"echo"})";
    }
    base::awaitable<mcp::tool_answer> call(const tenancy::grant&, mcp::tool_call call) override {
        if (call.name != "echo") co_return mcp::unknown_tool{"no such tool"};
        mcp::tool_result out;
        out.text = simdjson::minify(call.arguments);
        out.text_is_json_object = true;
        co_return out;
    }
};

}  // namespace

// Header values up to the first empty line, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    base::http_request request;
    request.method = "POST";
    for (const auto* name : {"mcp-protocol-version", "mcp-method", "mcp-name"})
        if (const auto value = fuzz::take_until(rest, '\n'); !value.empty())
            request.headers.push_back({name, value});
    request.body = fuzz::padded(rest);

    simdjson::dom::parser one;
    simdjson::dom::parser other;
    std::string tight{rest};
    tight.shrink_to_fit();
    const bool refused = mcp::parse_message(one, request.body).error.has_value();
    fuzz::require(refused == mcp::parse_message(other, tight).error.has_value(),
                  "padding does not change what a message means");

    static const fuzz::still_clock clock;
    static const mcp::session_ids ids{fuzz::key(), clock};
    static const mcp::input_seal seal{fuzz::key(), clock};
    echo tools;
    mcp::cancellations cancelled;
    mcp::session_registry book;
    const mcp::session_methods sessions{ids, book};
    mcp::questions asked;
    mcp::endpoint endpoint{tools,
                           cancelled,
                           {"Gateway", "1", "instructions"},
                           {.seal = &seal, .sessions = &sessions, .asked = &asked}};
    tenancy::grant grant;
    grant.structured_content = size % 2 == 0;
    mcp::exchange facts;
    const auto answer = fuzz::run_now(endpoint.handle(grant, request, facts));
    fuzz::require(answer.body.empty() ? answer.status == 202 : fuzz::is_json(answer.body),
                  "an answer is JSON");
    fuzz::require(!refused || answer.status == 400, "a message that is refused is a 400");
    return 0;
}
