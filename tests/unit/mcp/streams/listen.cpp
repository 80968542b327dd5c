#include "mcp/endpoint.hpp"
#include "tests/unit/mcp/streams/stream_fixture.hpp"

namespace listen_test {

using namespace tollgate;
using namespace tollgate::mcp;
using nlohmann::json;
using std::chrono::milliseconds;
using fixture = tollgate::test::stream_fixture;
using tollgate::test::grant_of;
using tollgate::test::noted_stream;

namespace {

message read(simdjson::dom::parser& parser, const std::string& params) {
    return parse_message(parser, R"({"jsonrpc":"2.0","id":"l1","method":"subscriptions/listen",)"
                                 R"("params":)" +
                                     params + "}")
        .value;
}

const stream_offer all_offered{all_lists, true, R"({"name":"x"})"};

}  // namespace

TEST_CASE("listen: the honoured filter comes first, then only what was asked for", "[mcp]") {
    fixture t;
    noted_stream stream;
    simdjson::dom::parser parser;
    const stream_offer tools_only{tools_list, false, R"({"name":"x"})"};
    const auto grant = grant_of("s1");
    const auto answer =
        listen(t.loop, tools_only, grant,
               read(parser, R"({"notifications":{"toolsListChanged":true,"promptsListChanged":)"
                            R"(true,"resourcesListChanged":false,"resourceSubscriptions":["a"]}})"),
               &stream);
    CHECK(answer.body.empty());
    t.changed("s1");
    t.run();
    t.hub.notify(tenancy::server_event{"s1", tenancy::server_change::revoked});
    t.run();
    const json id{{"io.modelcontextprotocol/subscriptionId", "l1"}};
    const auto said = stream.messages();
    REQUIRE(said.size() == 3);
    CHECK(said[0]["method"] == "notifications/subscriptions/acknowledged");
    CHECK(said[0]["params"] ==
          json{{"_meta", id}, {"notifications", {{"toolsListChanged", true}}}});
    CHECK(said[1]["method"] == "notifications/tools/list_changed");
    CHECK(said[1]["params"] == json{{"_meta", id}});
    CHECK(said[2]["id"] == "l1");
    CHECK(said[2]["result"]["resultType"] == "complete");
    CHECK(said[2]["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == "l1");
    CHECK(said[2]["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "x");
}

TEST_CASE("listen: updates of resources are announced where the provider supports them", "[mcp]") {
    fixture t;
    noted_stream stream;
    simdjson::dom::parser parser;
    listen(t.loop, all_offered, grant_of("s1"),
           read(parser, R"({"notifications":{"resourceSubscriptions":["a://1","a://2"]}})"),
           &stream);
    const auto said = stream.messages();
    REQUIRE(said.size() == 1);
    CHECK(said[0]["params"]["notifications"] ==
          json{{"resourceSubscriptions", {"a://1", "a://2"}}});
    CHECK(t.hub.open() == 1);
}

TEST_CASE("listen: who wants nothing that there is gets the end at once", "[mcp]") {
    fixture t;
    noted_stream stream;
    simdjson::dom::parser parser;
    const auto answer = listen(t.loop, all_offered, grant_of("s1"),
                               read(parser, R"({"notifications":{}})"), &stream);
    CHECK(answer.body.find("acknowledged") < answer.body.find("\"result\""));
    CHECK(t.hub.open() == 0);
}

TEST_CASE("listen: what it refuses, and how", "[mcp]") {
    fixture t{{.all_max = 0}};
    noted_stream stream;
    simdjson::dom::parser parser;
    const auto refused = [&](const std::string& params, base::response_stream* where) {
        const auto in = listen(t.loop, all_offered, grant_of("s1"), read(parser, params), where);
        const auto body = json::parse(in.body);
        CHECK(body["id"] == "l1");
        return std::pair{in.status, body["error"]["code"].get<int>()};
    };
    const std::string fine = R"({"notifications":{"toolsListChanged":true}})";
    CHECK(refused(fine, nullptr) == std::pair{406u, -32600});
    CHECK(refused(fine, &stream) == std::pair{503u, -32603});
    for (const auto* wrong :
         {"{}", R"({"notifications":[]})", R"({"notifications":{"toolsListChanged":"yes"}})",
          R"({"notifications":{"resourceSubscriptions":"a"}})",
          R"({"notifications":{"resourceSubscriptions":[7]}})"})
        CHECK(refused(wrong, &stream) == std::pair{200u, -32602});
    std::string many = R"({"notifications":{"resourceSubscriptions":["a")";
    for (int i = 0; i < 100; ++i) many += ",\"a\"";
    CHECK(refused(many + "]}}", &stream) == std::pair{200u, -32602});
    CHECK_FALSE(stream.opened());
}

TEST_CASE("get: the first event has an id from the revision that knows it", "[mcp]") {
    base::http_request request;
    auto grant = grant_of("s1");
    CHECK(get_terms(all_offered, grant, request).first.starts_with(": open\nretry: "));
    request.headers = {{"mcp-protocol-version", "2025-06-18"}};
    CHECK(get_terms(all_offered, grant, request).first.starts_with(": open\nretry: "));
    request.headers = {{"mcp-protocol-version", "2025-11-25"}};
    const auto primed = get_terms(all_offered, grant, request);
    CHECK(primed.first.starts_with("id: "));
    CHECK(primed.first.ends_with("\ndata: \n\n"));
    CHECK(primed.lists == all_lists);
    CHECK(primed.tag.empty());
    CHECK(get_terms(all_offered, grant, request).first != primed.first);
}

TEST_CASE("get: a client that reconnects is notified of what may have changed, and of nothing else",
          "[mcp]") {
    base::http_request request;
    auto grant = grant_of("s1");
    grant.listing_key = "all";
    request.headers = {{"mcp-protocol-version", "2025-11-25"}};
    const auto first = get_terms(all_offered, grant, request).first;
    const std::string id = first.substr(4, first.find('\n') - 4);
    request.headers.push_back({"Last-Event-ID", id});
    CHECK(get_terms(all_offered, grant, request).first.find("list_changed") == std::string::npos);
    grant.listing_key = "less";
    const auto later = get_terms(all_offered, grant, request).first;
    for (const auto* list : {"tools", "prompts", "resources"})
        CHECK(later.find(std::string("notifications/") + list + "/list_changed") !=
              std::string::npos);
    request.headers.back().value = "of another server";
    CHECK(get_terms(all_offered, grant, request).first.find("list_changed") != std::string::npos);
}

TEST_CASE("transport: GET is for those who take events, and speak a revision that has it",
          "[mcp][transport]") {
    base::http_request request;
    request.method = "GET";
    const auto with = [&](std::vector<base::http_header> headers) {
        request.headers = std::move(headers);
        const auto refused = refuse_transport(request);
        return refused ? refused->status : 200;
    };
    CHECK(with({{"accept", "text/event-stream"}}) == 200);
    CHECK(with({{"accept", "text/event-stream"}, {"mcp-protocol-version", "2025-11-25"}}) == 200);
    CHECK(with({{"accept", "text/event-stream"}, {"mcp-protocol-version", "2026-07-28"}}) == 405);
    CHECK(with({{"accept", "text/event-stream"}, {"mcp-protocol-version", "2031-01-01"}}) == 405);
    CHECK(with({{"accept", "text/event-stream"}, {"mcp-protocol-version", "1999-01-01"}}) == 400);
    CHECK(with({{"accept", "text/html,application/xhtml+xml,*/*;q=0.8"}}) == 405);
    CHECK(with({}) == 405);
}

}  // namespace listen_test
