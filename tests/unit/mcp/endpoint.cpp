#include "mcp/endpoint.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/mcp/support.hpp"

namespace endpoint_test {

using namespace tollgate::mcp::test;
using tollgate::base::http_header;
using tollgate::mcp::server_words;
namespace tenancy = tollgate::tenancy;

namespace {

constexpr const char* modern_meta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

std::string modern(const std::string& method, const std::string& more = "") {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + more +
           (more.empty() ? "" : ",") + modern_meta + "}}";
}

std::vector<http_header> modern_headers(std::string_view method, std::string_view name = {}) {
    std::vector<http_header> out{{"mcp-protocol-version", "2026-07-28"}, {"Mcp-Method", method}};
    if (!name.empty()) out.push_back({"mcp-name", name});
    return out;
}

}  // namespace

TEST_CASE("endpoint: a legacy handshake is answered", "[mcp][endpoint]") {
    fixture f;
    auto in = f.post(
        R"({"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}})");
    REQUIRE(in.status == 200);
    REQUIRE(in.body["id"] == "a");
    REQUIRE(in.body["result"]["protocolVersion"] == "2025-06-18");
    REQUIRE(in.body["result"]["serverInfo"]["version"] == "1.2.3");
    REQUIRE(in.body["result"]["capabilities"]["tools"].is_object());
    for (const auto* version : {"2099-01-01", "2026-07-28", "nonsense"}) {
        auto other = f.post(
            R"({"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":")" +
            std::string(version) + R"("}})");
        REQUIRE(other.body["result"]["protocolVersion"] == "2025-11-25");
    }
    REQUIRE(f.raw(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status == 202);
    REQUIRE(f.post(R"({"jsonrpc":"2.0","id":3,"method":"ping"})").body["result"] == json::object());
}

TEST_CASE("endpoint: legacy results carry no modern fields and the other way round",
          "[mcp][endpoint]") {
    fixture f;
    auto old = f.post(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
    REQUIRE(old.body["result"]["tools"][0]["name"] == "echo");
    REQUIRE_FALSE(old.body["result"].contains("resultType"));
    REQUIRE_FALSE(old.body["result"].contains("nextCursor"));
    auto now = f.post(modern("tools/list"), modern_headers("tools/list"));
    REQUIRE(now.body["result"]["resultType"] == "complete");
    REQUIRE(now.body["result"]["cacheScope"] == "private");
    REQUIRE(now.body["result"]["ttlMs"].is_number_unsigned());
    auto discover = f.post(modern("server/discover"), modern_headers("server/discover"));
    REQUIRE(discover.body["result"]["supportedVersions"] == json{"2026-07-28"});
    REQUIRE(discover.body["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] ==
            "tollgate");
}

TEST_CASE("endpoint: title and state of a server depend on the grant, in both eras",
          "[mcp][endpoint]") {
    server_words words{"Acme · test", "Today is a day.", std::chrono::milliseconds{1500}};
    fixture f{{}, [&words](const tenancy::grant&) { return words; }};
    const auto in = f.post(
        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
    CHECK(in.body["result"]["serverInfo"]["title"] == "Acme · test");
    CHECK(in.body["result"]["instructions"] == "hello Today is a day.");
    const auto title_in = [](const answer& reply) {
        return reply.body["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["title"];
    };
    const auto discover = [&f] {
        return f.post(modern("server/discover"), modern_headers("server/discover"));
    };
    const auto now = discover();
    CHECK(title_in(now) == "Acme · test");
    CHECK(now.body["result"]["instructions"] == "hello Today is a day.");
    // What is true until midnight is not kept longer.
    CHECK(now.body["result"]["ttlMs"] == 1500);
    const auto listed = f.post(modern("tools/list"), modern_headers("tools/list"));
    CHECK(title_in(listed) == "Acme · test");
    CHECK(listed.body["result"]["ttlMs"] == 60'000);
    CHECK(title_in(f.post(modern("tools/call", R"("name":"echo")"),
                          modern_headers("tools/call", "echo"))) == "Acme · test");
    words = {};
    CHECK(title_in(discover()) == "Tools");
    CHECK(discover().body["result"]["instructions"] == "hello");
    CHECK(discover().body["result"]["ttlMs"] == 60'000);
}

TEST_CASE("endpoint: tools/call answers in both eras", "[mcp][endpoint]") {
    fixture f;
    auto old = f.post(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":"q\"uote"}}})");
    REQUIRE(old.body["result"]["isError"] == false);
    REQUIRE(json::parse(old.body["result"]["content"][0]["text"].get<std::string>()) ==
            json{{"a", "q\"uote"}});
    REQUIRE(old.body["result"]["_meta"]["tollgate/requestId"] == "req_1");
    REQUIRE_FALSE(old.body["result"].contains("structuredContent"));
    auto now =
        f.post(modern("tools/call", R"("name":"echo")"), modern_headers("tools/call", "echo"));
    REQUIRE(now.body["result"]["resultType"] == "complete");
    REQUIRE(now.body["result"]["content"][0]["text"] == "{}");
}

TEST_CASE("endpoint: structuredContent only where the server's config asks for it",
          "[mcp][endpoint]") {
    fixture f;
    f.grant.structured_content = true;
    auto in = f.post(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":1}}})");
    REQUIRE(in.body["result"]["structuredContent"] == json{{"a", 1}});
}

TEST_CASE("endpoint: an idempotency key in _meta reaches the provider", "[mcp][endpoint]") {
    fixture f;
    f.post(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"tollgate/idempotencyKey":"k1"}}})");
    REQUIRE(f.tools.last_key == "k1");
}

TEST_CASE("endpoint: unknown tools and malformed calls are -32602 with HTTP 200",
          "[mcp][endpoint]") {
    fixture f;
    for (const auto* params :
         {R"({"name":"nope"})", R"({"name":7})", R"({})", R"({"name":"echo","arguments":[]})",
          R"({"name":"echo","arguments":"{}"})"}) {
        auto in = f.post(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)" +
                         std::string(params) + "}");
        REQUIRE(in.status == 200);
        REQUIRE(in.body["error"]["code"] == -32602);
    }
    REQUIRE(f.tools.calls == 0);
}

TEST_CASE("endpoint: broken messages get the code JSON-RPC names for them", "[mcp][endpoint]") {
    fixture f;
    const std::vector<std::pair<std::string, int>> cases{
        {"{", -32700},
        {"", -32700},
        {"\xff\xfe", -32700},
        {std::string(70, '[') + std::string(70, ']'), -32700},
        {"[]", -32600},
        {R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", -32600},
        {"7", -32600},
        {R"({"id":1,"method":"ping"})", -32600},
        {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":{},"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":1,"method":7})", -32600},
        {R"({"jsonrpc":"2.0","id":1})", -32600},
        {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})", -32602},
        {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":1}})", -32602}};
    for (const auto& [body, code] : cases) {
        INFO(body);
        auto in = f.post(body);
        CHECK(in.status == 400);
        CHECK(in.body["error"]["code"] == code);
    }
}

TEST_CASE("endpoint: duplicate and case-variant keys are refused at any depth", "[mcp][endpoint]") {
    fixture f;
    std::string many = R"({"k0":0)";
    for (int i = 1; i < 40; ++i) many += ",\"k" + std::to_string(i) + "\":0";
    for (const auto& arguments :
         {std::string(R"({"amount":1,"amount":2})"), std::string(R"({"amount":1,"Amount":2})"),
          std::string(R"({"a":[{"b":{"c":1,"C":2}}]})"), std::string(R"({"":1,"":2})"),
          many + R"(,"K39":1})"}) {
        auto in = f.post(
            R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":)" +
            arguments + "}}");
        CHECK(in.status == 400);
        CHECK(in.body["error"]["code"] == -32600);
    }
    for (const auto* body : {R"({"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"})",
                             R"({"jsonrpc":"2.0","id":1,"method":"ping","Params":{}})"})
        CHECK(f.post(body).status == 400);
    CHECK(f.post(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"echo"}})")
              .status == 400);
    REQUIRE(f.tools.calls == 0);
    auto fine = f.post(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":)" +
        many + "}}}");
    REQUIRE(fine.status == 200);
}

}  // namespace endpoint_test
