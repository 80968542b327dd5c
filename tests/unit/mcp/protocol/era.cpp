#include <catch2/catch.hpp>

#include "mcp/endpoint.hpp"
#include "tests/unit/mcp/support.hpp"

namespace era_test {

using namespace tollgate::mcp::test;
using tollgate::base::http_header;

namespace {

std::string body(const std::string& method, const std::string& meta, const std::string& name = "") {
    std::string params = "{";
    if (!name.empty()) params += R"("name":")" + name + "\",";
    params += R"("_meta":)" + meta + "}";
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
}

const std::string good_meta =
    R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

struct modern_case {
    std::string what;
    std::string text;
    std::vector<http_header> headers;
    unsigned status;
    int code;
};

std::vector<modern_case> modern_cases() {
    const http_header version{"MCP-Protocol-Version", "2026-07-28"};
    const http_header list{"Mcp-Method", "tools/list"};
    const http_header call{"Mcp-Method", "tools/call"};
    const std::string future =
        R"({"io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}})";
    return {
        {"version header absent", body("tools/list", good_meta), {list}, 400, -32020},
        {"_meta absent",
         R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})",
         {version, list},
         400,
         -32602},
        {"capabilities absent",
         body("tools/list", R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"})"),
         {version, list},
         400,
         -32602},
        {"header and _meta differ", body("tools/list", future), {version, list}, 400, -32020},
        {"unsupported",
         body("tools/list", future),
         {{"MCP-Protocol-Version", "2099-01-01"}, list},
         400,
         -32022},
        {"Mcp-Method absent", body("tools/list", good_meta), {version}, 400, -32020},
        {"Mcp-Method differs", body("tools/list", good_meta), {version, call}, 400, -32020},
        {"Mcp-Method in another case",
         body("tools/list", good_meta),
         {version, {"Mcp-Method", "Tools/List"}},
         400,
         -32020},
        {"Mcp-Name absent", body("tools/call", good_meta, "echo"), {version, call}, 400, -32020},
        {"Mcp-Name differs",
         body("tools/call", good_meta, "echo"),
         {version, call, {"Mcp-Name", "other"}},
         400,
         -32020},
        {"Mcp-Name with broken Base64",
         body("tools/call", good_meta, "echo"),
         {version, call, {"Mcp-Name", "=?base64?ZWNobw?="}},
         400,
         -32020},
        {"initialize",
         body("initialize", good_meta),
         {version, {"Mcp-Method", "initialize"}},
         404,
         -32601},
        {"ping", body("ping", good_meta), {version, {"Mcp-Method", "ping"}}, 404, -32601},
        {"unknown", body("no/such", good_meta), {version, {"Mcp-Method", "no/such"}}, 404, -32601},
        {"a modern _meta under a legacy header",
         body("tools/list", good_meta),
         {{"MCP-Protocol-Version", "2025-11-25"}},
         400,
         -32020},
    };
}

}  // namespace

TEST_CASE("era: the modern checks answer with the status and code the specification names",
          "[mcp][era]") {
    fixture f;
    for (const auto& one : modern_cases()) {
        INFO(one.what);
        const auto in = f.post(one.text, one.headers);
        CHECK(in.status == one.status);
        CHECK(in.body["error"]["code"] == one.code);
        CHECK(in.body["id"] == 1);
    }
}

TEST_CASE("era: the refusal of an unsupported version names the supported ones", "[mcp][era]") {
    fixture f;
    const auto in = f.post(
        body(
            "tools/list",
            R"({"io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}})"),
        {{"MCP-Protocol-Version", "2099-01-01"}, {"Mcp-Method", "tools/list"}});
    REQUIRE(in.body["error"]["data"]["supported"] == json{"2026-07-28"});
    REQUIRE(in.body["error"]["data"]["requested"] == "2099-01-01");
}

TEST_CASE("era: a version need not be a date to be refused as one", "[mcp][era]") {
    fixture f;
    const std::string text = body(
        "tools/list",
        R"({"io.modelcontextprotocol/protocolVersion":"v9","io.modelcontextprotocol/clientCapabilities":{}})");
    const auto same = f.post(text, {{"MCP-Protocol-Version", "v9"}, {"Mcp-Method", "tools/list"}});
    CHECK(same.status == 400);
    CHECK(same.body["error"]["code"] == -32022);
    CHECK(same.body["error"]["data"]["requested"] == "v9");
    const auto other = f.post(text, {{"MCP-Protocol-Version", "v8"}, {"Mcp-Method", "tools/list"}});
    CHECK(other.body["error"]["code"] == -32020);
    CHECK(f.post(text).body["error"]["code"] == -32020);
}

TEST_CASE("era: header values may be padded or Base64", "[mcp][era]") {
    fixture f;
    const auto in =
        f.post(body("tools/call", good_meta, "echo"), {{"mcp-protocol-version", " 2026-07-28 "},
                                                       {"mcp-method", "tools/call"},
                                                       {"mcp-name", "=?base64?ZWNobw==?="}});
    REQUIRE(in.status == 200);
    REQUIRE(in.body["result"]["isError"] == false);
}

TEST_CASE("era: legacy clients may send any legacy version, or none", "[mcp][era]") {
    fixture f;
    const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
    for (const auto* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
        CHECK(f.post(ping, {{"MCP-Protocol-Version", version}, {"Mcp-Method", "ping"}}).status ==
              200);
    CHECK(f.post(ping, {{"MCP-Protocol-Version", "1999-01-01"}}).status == 400);
    const auto unknown = f.post(R"({"jsonrpc":"2.0","id":1,"method":"no/such"})");
    CHECK(unknown.status == 200);
    CHECK(unknown.body["error"]["code"] == -32601);
    CHECK(f.raw(R"({"jsonrpc":"2.0","id":9,"result":{}})").status == 202);
}

TEST_CASE("transport: method, Content-Type and Accept are checked", "[mcp][transport]") {
    tollgate::base::http_request request;
    request.method = "GET";
    REQUIRE(tollgate::mcp::refuse_transport(request)->status == 405);
    request.method = "DELETE";
    REQUIRE_FALSE(tollgate::mcp::refuse_transport(request).has_value());
    request.method = "POST";
    REQUIRE(tollgate::mcp::refuse_transport(request)->status == 415);
    request.headers = {{"content-type", "Application/JSON; charset=utf-8"}};
    REQUIRE_FALSE(tollgate::mcp::refuse_transport(request).has_value());
    for (const auto* accept :
         {"application/json", "text/event-stream, application/json;q=0.5", "*/*"}) {
        request.headers = {{"content-type", "application/json"}, {"accept", accept}};
        CHECK_FALSE(tollgate::mcp::refuse_transport(request).has_value());
    }
    request.headers = {{"content-type", "application/json"}, {"accept", "image/png"}};
    REQUIRE(tollgate::mcp::refuse_transport(request)->status == 406);
}

}  // namespace era_test
