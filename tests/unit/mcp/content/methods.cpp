#include <catch2/catch.hpp>

#include "mcp/content_provider.hpp"
#include "tests/unit/mcp/support.hpp"

namespace content_test {

using namespace tollgate::mcp::test;
using tollgate::base::http_header;
namespace base = tollgate::base;
namespace mcp = tollgate::mcp;
namespace tenancy = tollgate::tenancy;

namespace {

class shelf final : public mcp::content_provider {
public:
    void append_resources(const tenancy::grant&, std::string& out) const override {
        out += R"({"uri":"a://1","name":"one"})";
    }
    void append_templates(const tenancy::grant&, std::string& out) const override {
        out += R"({"uriTemplate":"a://{id}","name":"any"})";
    }
    base::awaitable<mcp::content_answer> read_resource(const tenancy::grant&,
                                                       mcp::resource_request request) override {
        const auto uri = request.uri;
        mcp::content_answer out;
        out.exists = uri == "a://1" || uri == "a://down";
        out.members = R"("contents":[{"uri":"a://1","text":"words"}])";
        if (uri == "a://down") out.refusal = "It is away.";
        co_return out;
    }
    void append_prompts(const tenancy::grant&, std::string& out) const override {
        out += R"({"name":"p"})";
    }
    base::awaitable<mcp::content_answer> get_prompt(const tenancy::grant&,
                                                    mcp::prompt_request request) override {
        mcp::content_answer out;
        out.exists = request.name == "p";
        out.members = R"("messages":[])";
        co_return out;
    }
    void append_completions(const tenancy::grant&, const mcp::completion_request& request,
                            std::string& out) const override {
        out += '"';
        out += request.of_prompt ? "prompt " : "template ";
        out += std::string(request.reference) + ' ' + std::string(request.value) + '"';
    }
};

struct stocked {
    shelf content;
    fixture f{{.content = &content, .seal = nullptr}};

    answer old(const std::string& method, const std::string& params = "{}") {
        return f.post(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params +
                      "}");
    }
    answer now(const std::string& method, const std::string& more = "",
               std::string_view name = {}) {
        std::vector<http_header> headers{{"MCP-Protocol-Version", "2026-07-28"},
                                         {"Mcp-Method", method}};
        if (!name.empty()) headers.push_back({"Mcp-Name", name});
        return f.post(
            R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":{)" + more +
                R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})",
            headers);
    }
};

}  // namespace

TEST_CASE("content: lists carry the modern fields in the modern era only", "[mcp][content]") {
    stocked s;
    const std::vector<std::pair<std::string, std::string>> lists{
        {"resources/list", "resources"},
        {"resources/templates/list", "resourceTemplates"},
        {"prompts/list", "prompts"}};
    for (const auto& [method, key] : lists) {
        INFO(method);
        const auto old = s.old(method);
        CHECK(old.body["result"][key].size() == 1);
        CHECK_FALSE(old.body["result"].contains("resultType"));
        const auto now = s.now(method);
        CHECK(now.body["result"][key].size() == 1);
        CHECK(now.body["result"]["resultType"] == "complete");
        CHECK(now.body["result"]["cacheScope"] == "private");
        CHECK(now.body["result"]["ttlMs"] == 60'000);
        CHECK(s.old(method, R"({"cursor":"x"})").body["error"]["code"] == -32602);
    }
}

TEST_CASE("content: a resource is read, or named as missing in the words of its era",
          "[mcp][content]") {
    stocked s;
    const auto now = s.now("resources/read", R"("uri":"a://1",)", "a://1");
    CHECK(now.body["result"]["contents"][0]["text"] == "words");
    CHECK(now.body["result"]["ttlMs"] == 60'000);
    const auto none = s.now("resources/read", R"("uri":"a://2",)", "a://2");
    CHECK(none.status == 200);
    CHECK(none.body["error"]["code"] == -32602);
    CHECK(none.body["error"]["data"]["uri"] == "a://2");
    CHECK(s.old("resources/read", R"({"uri":"a://2"})").body["error"]["code"] == -32002);
    CHECK(s.old("resources/read").body["error"]["code"] == -32602);
    CHECK(s.old("resources/read", R"({"uri":"a://down"})").body["error"]["message"] ==
          "It is away.");
}

TEST_CASE("content: the header names the resource or the prompt", "[mcp][content]") {
    stocked s;
    CHECK(s.now("resources/read", R"("uri":"a://1",)").body["error"]["code"] == -32020);
    CHECK(s.now("resources/read", R"("uri":"a://1",)", "a://2").status == 400);
    CHECK(s.now("prompts/get", R"("name":"p",)", "q").body["error"]["code"] == -32020);
    CHECK(s.now("prompts/get", R"("name":"p",)", "p").body["result"]["messages"].empty());
}

TEST_CASE("content: prompts and completions", "[mcp][content]") {
    stocked s;
    CHECK(s.old("prompts/get", R"({"name":"x"})").body["error"]["code"] == -32602);
    CHECK(s.old("prompts/get").body["error"]["code"] == -32602);
    CHECK(s.old("prompts/get", R"({"name":"p"})").body["result"] ==
          json{{"messages", json::array()}});
    const auto of = [&](const std::string& ref) {
        return s.old("completion/complete",
                     R"({"ref":)" + ref + R"(,"argument":{"name":"a","value":"v"}})");
    };
    CHECK(of(R"({"type":"ref/prompt","name":"p"})").body["result"]["completion"]["values"][0] ==
          "prompt p v");
    CHECK(of(R"({"type":"ref/resource","uri":"a://{id}"})")
              .body["result"]["completion"]["values"][0] == "template a://{id} v");
    CHECK(of(R"({"type":"ref/other","name":"p"})").body["error"]["code"] == -32602);
    CHECK(of(R"({"type":"ref/prompt"})").body["error"]["code"] == -32602);
}

TEST_CASE("content: what is not offered is neither advertised nor answered", "[mcp][content]") {
    fixture without;
    stocked s;
    const auto hello =
        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})";
    CHECK(without.post(hello).body["result"]["capabilities"] == json{{"tools", json::object()}});
    CHECK(s.f.post(hello).body["result"]["capabilities"].contains("prompts"));
    CHECK(
        without.post(R"({"jsonrpc":"2.0","id":1,"method":"prompts/list"})").body["error"]["code"] ==
        -32601);
}

}  // namespace content_test
