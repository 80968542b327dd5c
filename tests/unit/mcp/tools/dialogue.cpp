#include "mcp/tools/dialogue.hpp"

#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"
#include "tests/unit/mcp/support.hpp"

namespace dialogue_test {

using namespace tollgate;
using namespace tollgate::mcp::test;

namespace {

// A stream whose client answers each request it is sent with what `respond` says.
class answering_stream final : public base::response_stream {
public:
    using answers = std::function<std::optional<mcp::client_response>(const json& request)>;

    answering_stream(mcp::questions& to, answers respond) : to_(to), respond_(std::move(respond)) {}

    void add_header(std::string_view, std::string_view) override {}
    bool open() override { return opened_ = true; }
    bool opened() const override { return opened_; }
    void send(std::string_view event) override {
        constexpr std::string_view lead = "event: message\ndata: ";
        const auto message = json::parse(event.substr(lead.size()));
        sent.push_back(message);
        if (const auto said = respond_(message))
            to_.answer(server, message["id"].get<std::string>(), *said);
    }
    bool peer_closed() override { return closed; }
    void keep(std::unique_ptr<base::stream_keeper>) override {}
    void end(std::string_view) override {}

    std::string server = "mcp_a";
    std::vector<json> sent;
    bool closed = false;

private:
    mcp::questions& to_;
    answers respond_;
    bool opened_ = false;
};

class plain_monitor final : public mcp::call_monitor {
public:
    void report(std::int64_t, std::optional<std::int64_t>, std::string_view) override {}
    mcp::call_end end() override { return why; }
    base::awaitable<> ended() override { co_return; }
    mcp::call_end why = mcp::call_end::none;
};

struct talk {
    explicit talk(answering_stream::answers respond) : stream(asked, std::move(respond)) {
        grant.server_id = "mcp_a";
    }

    mcp::tool_result call(std::string_view name) {
        return std::get<mcp::tool_result>(answer(name));
    }

    mcp::tool_answer answer(std::string_view name) {
        simdjson::dom::parser parser;
        const std::string none = "{}";
        mcp::tool_call it;
        it.name = name;
        it.arguments = parser.parse(none).get_object().value_unsafe();
        it.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
        mcp::tool_answer out;
        tollgate::test::drained_loop loop;
        const mcp::dialogue_parts parts{tools, asked, stream, monitor};
        boost::asio::co_spawn(loop, mcp::call_with_questions(grant, it, parts),
                              [&](std::exception_ptr error, mcp::tool_answer r) {
                                  if (error) std::rethrow_exception(error);
                                  out = std::move(r);
                              });
        loop.run();
        return out;
    }

    echo_provider tools;
    mcp::questions asked;
    answering_stream stream;
    plain_monitor monitor;
    tenancy::grant grant;
};

}  // namespace

TEST_CASE("dialogue: a tool's questions go to the client, and it is called again with the answers",
          "[mcp][dialogue]") {
    talk t{[](const json&) { return mcp::client_response{R"({"action":"accept"})", {}}; }};
    const auto result = t.call("ask");
    REQUIRE_FALSE(result.is_error);
    REQUIRE(result.text == R"(state 'asked', {"sure":{"action":"accept"}})");
    REQUIRE(t.stream.sent.size() == 1);
    REQUIRE(t.stream.sent[0]["method"] == "elicitation/create");
    REQUIRE(t.stream.sent[0]["jsonrpc"] == "2.0");
}

TEST_CASE("dialogue: a tool that asks nothing answers at once, without a stream",
          "[mcp][dialogue]") {
    talk t{[](const json&) { return std::nullopt; }};
    REQUIRE(t.call("echo").text == "{}");
    REQUIRE_FALSE(t.stream.opened());
}

TEST_CASE("dialogue: a client that refuses makes it an error result that says so",
          "[mcp][dialogue]") {
    talk t{[](const json&) { return mcp::client_response{{}, "no such method"}; }};
    const auto result = t.call("ask");
    REQUIRE(result.is_error);
    REQUIRE(result.text.find("no such method") != std::string::npos);
}

TEST_CASE("dialogue: a question with a result of its own is no error without an answer",
          "[mcp][dialogue]") {
    talk t{[](const json&) { return mcp::client_response{{}, "no such method"}; }};
    const auto result = t.call("offer");
    REQUIRE_FALSE(result.is_error);
    REQUIRE(result.text == "not answered");
}

TEST_CASE("dialogue: a call that is to end waits for no answer", "[mcp][dialogue]") {
    talk t{[](const json&) { return std::nullopt; }};
    t.monitor.why = mcp::call_end::cancelled;
    const auto result = t.call("ask");
    REQUIRE(result.is_error);
    REQUIRE(result.text.find("did not answer") != std::string::npos);
}

TEST_CASE("dialogue: what the client cannot do at all is left to the caller", "[mcp][dialogue]") {
    talk t{[](const json&) { return std::nullopt; }};
    const auto question = std::get<mcp::tool_question>(t.answer("sample"));
    REQUIRE(question.needs.capabilities == R"({"sampling":{}})");
}

TEST_CASE("dialogue: an answer that came with another server's token is none", "[mcp][dialogue]") {
    talk t{[](const json&) { return mcp::client_response{"{}", {}}; }};
    t.stream.server = "mcp_other";
    bool passed_on = false;
    t.asked.relay_with([&](const std::string&, const std::string&, const mcp::client_response&) {
        passed_on = true;
        t.monitor.why = mcp::call_end::severed;
    });
    REQUIRE(t.call("ask").is_error);
    REQUIRE(passed_on);
}

TEST_CASE("dialogue: one that never stops asking is stopped", "[mcp][dialogue]") {
    class asking final : public mcp::tool_provider {
    public:
        void append_tools(const tenancy::grant&, std::string&) const override {}
        base::awaitable<mcp::tool_answer> call(const tenancy::grant&, mcp::tool_call) override {
            mcp::tool_question out;
            out.needs.requests = R"("again":{"method":"elicitation/create","params":{}})";
            co_return out;
        }
    } tools;
    mcp::questions asked;
    answering_stream stream{asked, [](const json&) { return mcp::client_response{"{}", {}}; }};
    plain_monitor monitor;
    tenancy::grant grant;
    grant.server_id = "mcp_a";
    mcp::tool_call it;
    mcp::tool_answer out;
    tollgate::test::drained_loop loop;
    boost::asio::co_spawn(loop,
                          mcp::call_with_questions(grant, it, {tools, asked, stream, monitor}),
                          [&](std::exception_ptr, mcp::tool_answer r) { out = std::move(r); });
    loop.run();
    REQUIRE(std::get<mcp::tool_result>(out).is_error);
    REQUIRE(stream.sent.size() == static_cast<std::size_t>(mcp::question_rounds_max));
}

TEST_CASE("dialogue: what a session's client can do reads as ClientCapabilities",
          "[mcp][dialogue]") {
    REQUIRE(simdjson::minify(mcp::capabilities_of({})) == "{}");
    REQUIRE(simdjson::minify(mcp::capabilities_of({true, true, true})) ==
            R"({"elicitation":{"form":{}},"sampling":{},"roots":{}})");
}

}  // namespace dialogue_test
