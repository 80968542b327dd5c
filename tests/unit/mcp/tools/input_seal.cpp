#include "mcp/tools/input_seal.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/mcp/support.hpp"

namespace input_test {

using namespace tollgate::mcp::test;
using namespace std::chrono_literals;
using tollgate::base::http_header;
using tollgate::mcp::call_identity;
using tollgate::mcp::input_seal;

namespace {

const std::string declared =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}})";

tollgate::base::secret key(char fill) {
    return tollgate::base::secret{std::string(32, fill)};
}

struct asking {
    tollgate::base::manual_clock clock{tollgate::base::timestamp{1'000'000ms}};
    input_seal seal{key('k'), clock};
    fixture f{{.content = nullptr, .seal = &seal}};

    answer call(const std::string& tool, const std::string& more = "") {
        return f.post(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + tool +
                          "\"," + more + declared + "}}",
                      {{"MCP-Protocol-Version", "2026-07-28"},
                       {"Mcp-Method", "tools/call"},
                       {"Mcp-Name", tool}});
    }
    std::string state() { return call("ask").body["result"]["requestState"]; }
};

std::string with(const std::string& state, const std::string& more = "") {
    return R"("inputResponses":{"sure":{"action":"accept"}},"requestState":")" + state + "\"," +
           more;
}

}  // namespace

TEST_CASE("input: a call asks its client, and goes on with what it said", "[mcp][input]") {
    asking a;
    const auto first = a.call("ask");
    REQUIRE(first.status == 200);
    const auto& result = first.body["result"];
    CHECK(result["resultType"] == "input_required");
    CHECK(result["inputRequests"]["sure"]["method"] == "elicitation/create");
    CHECK_FALSE(result.contains("content"));
    CHECK(result["_meta"].contains("io.modelcontextprotocol/serverInfo"));
    const auto second = a.call("ask", with(result["requestState"]));
    CHECK(second.body["result"]["resultType"] == "complete");
    CHECK(second.body["result"]["content"][0]["text"] ==
          R"(state 'asked', {"sure":{"action":"accept"}})");
}

TEST_CASE("input: a state is good for its call alone, unchanged, for a while", "[mcp][input]") {
    asking a;
    const std::string state = a.state();
    std::string changed = state;
    changed[20] = changed[20] == 'A' ? 'B' : 'A';
    CHECK(a.call("ask", with(changed)).body["error"]["code"] == -32602);
    CHECK(a.call("ask", with(state, R"("arguments":{"a":1},)")).body["error"]["code"] == -32602);
    CHECK(a.call("echo", with(state)).body["error"]["code"] == -32602);
    CHECK(a.call("ask", with("")).body["error"]["code"] == -32602);
    CHECK(a.call("ask", R"("requestState":7,)").body["error"]["code"] == -32602);
    a.f.grant.server_id = "mcp_other";
    CHECK(a.call("ask", with(state)).body["error"]["code"] == -32602);
    a.f.grant.server_id = "";
    a.clock.advance(input_seal::lifetime - 1ms);
    CHECK(a.call("ask", with(state)).body.contains("result"));
    a.clock.advance(1ms);
    CHECK(a.call("ask", with(state)).body["error"]["code"] == -32602);
}

TEST_CASE("input: answers that are no objects are refused", "[mcp][input]") {
    asking a;
    for (const auto* wrong : {"null", "12", "[]", R"({"sure":12345})", R"({"sure":null})"})
        CHECK(a.call("ask", R"("inputResponses":)" + std::string(wrong) + ",")
                  .body["error"]["code"] == -32602);
}

TEST_CASE("input: a missing capability is named", "[mcp][input]") {
    asking a;
    const auto in = a.call("sample");
    CHECK(in.status == 400);
    CHECK(in.body["error"]["code"] == -32021);
    CHECK(in.body["error"]["data"]["requiredCapabilities"] == json{{"sampling", json::object()}});
}

TEST_CASE("input: the refusal names the revision whose clients can be asked", "[mcp][input]") {
    asking a;
    const auto in = a.f.post(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask","arguments":{}}})");
    CHECK(in.status == 200);
    CHECK(in.body["error"]["message"].get<std::string>().find("2026-07-28") != std::string::npos);
}

TEST_CASE("input: a state is opened by whoever has the key", "[mcp][input]") {
    const tollgate::base::manual_clock clock{tollgate::base::timestamp{5ms}};
    const input_seal one{key('k'), clock};
    const input_seal same{key('k'), clock};
    const input_seal other{key('x'), clock};
    const call_identity call{"mcp_1", "tools/call", "ask", {}};
    const auto sealed = one.seal(call, "words");
    CHECK(same.open(call, sealed) == "words");
    CHECK_FALSE(other.open(call, sealed).has_value());
    CHECK_FALSE(same.open({"mcp_1", "prompts/get", "ask", {}}, sealed).has_value());
    // Names that run into each other are still two.
    const auto joined = one.seal({"a", "bc", "d", {}}, "words");
    CHECK_FALSE(one.open({"ab", "c", "d", {}}, joined).has_value());
}

}  // namespace input_test
