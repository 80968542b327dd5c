#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <deque>
#include <memory>

#include "mcp/endpoint.hpp"
#include "mcp/streams/loop_streams.hpp"

namespace streams_test {

using namespace tollgate;
using namespace tollgate::mcp;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

// A stream that notes what is sent, and goes as a connection's does: some time after its end.
class noted_stream final : public base::response_stream {
public:
    void add_header(std::string_view, std::string_view) override {}
    bool open() override { return is_open = may_open; }
    bool opened() const override { return is_open; }
    void send(std::string_view event) override { text += event; }
    bool peer_closed() override { return false; }
    void keep(std::unique_ptr<base::stream_keeper> who) override {
        keeper = std::move(who);
        keeper->take(*this);
    }
    void end(std::string_view last) override {
        text += last;
        ended = true;
    }

    // What the data of its events says.
    std::vector<json> messages() const {
        std::vector<json> out;
        constexpr std::string_view before = "data: {";
        for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1))
            out.push_back(json::parse(text.substr(at + 6, text.find('\n', at) - at - 6)));
        return out;
    }
    std::size_t count(std::string_view what) const {
        std::size_t found = 0;
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
            ++found;
        return found;
    }

    std::string text;
    bool may_open = true;
    bool is_open = false;
    bool ended = false;
    std::unique_ptr<base::stream_keeper> keeper;
};

tenancy::grant grant_of(const std::string& server, const std::string& token = "t1") {
    tenancy::grant out;
    out.server_id = server;
    out.token_digest = token;
    return out;
}

struct fixture {
    explicit fixture(stream_options options = {.keep_alive = milliseconds{10'000},
                                               .gather = milliseconds{10}})
        : hub(options, clock), loop(io.get_executor(), hub) {
        hub.add(loop);
    }
    noted_stream& open(const tenancy::grant& grant, stream_terms terms = {.lists = all_lists}) {
        auto& made = streams.emplace_back();
        REQUIRE(loop.open(grant, &made, std::move(terms)) == stream_refusal::none);
        return made;
    }
    void changed(const std::string& server) {
        hub.tell(tenancy::server_event{server, tenancy::server_change::changed});
    }
    void run(int ms = 40) {
        io.restart();
        io.run_for(milliseconds{ms});
    }

    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    boost::asio::io_context io{1};
    stream_hub hub;
    sse_sessions sessions;
    loop_streams loop;
    std::deque<noted_stream> streams;
};

message read(simdjson::dom::parser& parser, const std::string& params) {
    return parse_message(parser, R"({"jsonrpc":"2.0","id":"l1","method":"subscriptions/listen",)"
                                 R"("params":)" +
                                     params + "}")
        .value;
}

const stream_offer all_offered{all_lists, true, R"({"name":"x"})"};

}  // namespace

TEST_CASE("streams: changes that come together are told once, to those they concern", "[mcp]") {
    fixture t;
    auto& mine = t.open(grant_of("s1"), {.lists = tools_list | prompts_list});
    auto& other = t.open(grant_of("s2"));
    auto& prompts = t.open(grant_of("s1", "t2"), {.lists = prompts_list});
    t.changed("s1");
    t.changed("s1");
    t.run();
    CHECK(mine.count("notifications/tools/list_changed") == 1);
    CHECK(mine.count("notifications/prompts/list_changed") == 1);
    CHECK(mine.count("resources") == 0);
    CHECK(prompts.count("tools") == 0);
    CHECK(prompts.count("prompts") == 1);
    CHECK(other.text.empty());
    t.changed("s1");
    t.run();
    CHECK(mine.count("notifications/tools/list_changed") == 2);
}

TEST_CASE("streams: who is no more hears why, and nobody else", "[mcp]") {
    using tenancy::server_change;
    fixture t;
    auto& first = t.open(grant_of("s1", "t1"));
    auto& second = t.open(grant_of("s1", "t2"), {.lists = 1, .last = "data: {\"id\":1}\n\n"});
    auto& other = t.open(grant_of("s2"));
    t.hub.tell(tenancy::server_event{"s1", server_change::token_ended, "t1"});
    t.run();
    CHECK(first.ended);
    CHECK(first.text == ": closing: this MCP server's URL is no longer valid\n\n");
    CHECK_FALSE(second.ended);
    const auto end = GENERATE(server_change::revoked, server_change::expired,
                              server_change::tokens_replaced, server_change::unknown);
    const bool everybody = end == server_change::unknown;
    t.hub.tell(tenancy::server_event{everybody ? "" : "s1", end});
    t.run();
    CHECK(second.ended);
    CHECK(second.text == "data: {\"id\":1}\n\n");
    CHECK(other.ended == everybody);
}

TEST_CASE("streams: a change and then the end: only the end is told", "[mcp]") {
    fixture t;
    auto& one = t.open(grant_of("s1"));
    t.changed("s1");
    t.hub.tell(tenancy::server_event{"s1", tenancy::server_change::revoked});
    t.run();
    CHECK(one.ended);
    CHECK(one.messages().empty());
}

TEST_CASE("streams: many that end at once let others have their turn", "[mcp]") {
    fixture t{{.of_server_max = 1000}};
    for (int i = 0; i < 500; ++i) t.open(grant_of("s1"));
    t.hub.tell(tenancy::server_event{"s1", tenancy::server_change::revoked});
    int ended = 0;
    int largest = 0;
    t.io.restart();
    while (ended < 500 && t.io.run_one() > 0) {
        const auto now = static_cast<int>(std::count_if(t.streams.begin(), t.streams.end(),
                                                        [](const auto& one) { return one.ended; }));
        largest = std::max(largest, now - ended);
        ended = now;
    }
    CHECK(ended == 500);
    CHECK(largest <= 16);
}

TEST_CASE("streams: there are as many as there may be, of a server and in all", "[mcp]") {
    fixture t{{.all_max = 3, .of_server_max = 2}};
    noted_stream more;
    t.open(grant_of("s1"));
    auto& second = t.open(grant_of("s1"));
    CHECK(t.loop.open(grant_of("s1"), &more, {}) == stream_refusal::too_many_of_server);
    t.open(grant_of("s2"));
    CHECK(t.loop.open(grant_of("s3"), &more, {}) == stream_refusal::too_many);
    CHECK(t.hub.open() == 3);
    second.keeper.reset();
    CHECK(t.hub.open() == 2);
    CHECK(t.loop.open(grant_of("s1"), nullptr, {}) == stream_refusal::no_stream);
    more.may_open = false;
    CHECK(t.loop.open(grant_of("s1"), &more, {}) == stream_refusal::no_stream);
    CHECK(t.hub.open() == 2);
    more.may_open = true;
    CHECK(t.loop.open(grant_of("s1"), &more, {}) == stream_refusal::none);
}

TEST_CASE("streams: a process that stops ends all and opens none", "[mcp]") {
    fixture t;
    auto& one = t.open(grant_of("s1"));
    t.loop.stop();
    t.run();
    CHECK(one.ended);
    CHECK(one.text == ": closing: this instance stops, connect again\n\n");
    noted_stream late;
    CHECK(t.loop.open(grant_of("s1"), &late, {}) == stream_refusal::stopping);
}

TEST_CASE("streams: who is quiet sends comments, who speaks does not", "[mcp]") {
    fixture t{{.keep_alive = milliseconds{60}, .gather = milliseconds{1}}};
    auto& quiet = t.open(grant_of("s1"));
    auto& busy = t.open(grant_of("s2"));
    for (int i = 0; i < 5; ++i) {
        t.changed("s2");
        t.run(30);
    }
    CHECK(quiet.count(keep_alive_comment) == 2);
    CHECK(busy.count(keep_alive_comment) == 0);
    CHECK(busy.messages().size() == 15);
}

TEST_CASE("streams: one whose grant has expired ends, though nobody tells", "[mcp]") {
    fixture t{{.keep_alive = milliseconds{20}}};
    auto grant = grant_of("s1");
    grant.expires_at = t.clock.now() + std::chrono::seconds{10};
    auto& one = t.open(grant);
    auto& other = t.open(grant_of("s1"));
    t.run(50);
    CHECK_FALSE(one.ended);
    t.clock.advance(std::chrono::seconds{10});
    t.run(50);
    CHECK(one.ended);
    CHECK(one.text.ends_with("no longer valid\n\n"));
    CHECK_FALSE(other.ended);
}

TEST_CASE("streams: what a call changed is told", "[mcp]") {
    fixture t;
    auto& lists = t.open(grant_of("s1"));
    auto& updates = t.open(grant_of("s1"), {.resources = {"a://1", "a://2"}, .tag = "{\"k\":1}"});
    tool_result result;
    t.hub.tell("s1", result);
    result.changed = prompts_list;
    result.updated = "a://1";
    t.hub.tell("s1", result);
    t.hub.tell("s1", result);
    result.changed = 0;
    result.updated = "a://3";
    t.hub.tell("s1", result);
    t.run();
    CHECK(
        lists.messages() ==
        std::vector<json>{{{"jsonrpc", "2.0"}, {"method", "notifications/prompts/list_changed"}}});
    const json told{{"jsonrpc", "2.0"},
                    {"method", "notifications/resources/updated"},
                    {"params", {{"uri", "a://1"}, {"_meta", {{"k", 1}}}}}};
    CHECK(updates.messages() == std::vector<json>{told});
}

TEST_CASE("follow: updates of what was subscribed to, until it is not any more", "[mcp]") {
    fixture t;
    simdjson::dom::parser parser;
    const auto ask = [&](const std::string& method, const std::string& params) {
        const auto in = parse_message(parser, R"({"jsonrpc":"2.0","id":1,"method":")" + method +
                                                  R"(","params":)" + params + "}");
        const auto grant = grant_of("s1");
        const auto out = follow(t.hub, grant, in.value);
        return out ? json::parse(out->body) : json();
    };
    auto& one = t.open(grant_of("s1"), {.follows = true});
    auto& deaf = t.open(grant_of("s1"), {.lists = all_lists});
    tool_result result;
    result.updated = "a://1";
    t.hub.tell("s1", result);
    t.run();
    CHECK(one.text.empty());
    CHECK(ask("resources/subscribe", R"({"uri":"a://1"})")["result"] == json::object());
    t.hub.tell("s1", result);
    t.hub.tell("s2", result);
    t.run();
    REQUIRE(one.messages().size() == 1);
    CHECK(one.messages()[0]["params"] == json{{"uri", "a://1"}});
    CHECK(deaf.text.empty());
    CHECK(ask("resources/unsubscribe", R"({"uri":"a://1"})")["result"] == json::object());
    t.hub.tell("s1", result);
    t.run();
    CHECK(one.messages().size() == 1);
    CHECK(ask("resources/subscribe", "{}")["error"]["code"] == -32602);
    CHECK(ask("resources/read", R"({"uri":"a://1"})").is_null());
    for (int i = 0; i < 100; ++i) CHECK(t.hub.follow("s1", "b://" + std::to_string(i)));
    CHECK_FALSE(t.hub.follow("s1", "one more"));
    CHECK(t.hub.follow("s1", "b://7"));
}

TEST_CASE("sse_sessions: an answer finds its stream, and no other", "[mcp]") {
    fixture t;
    auto& sessions = t.sessions;
    const auto open = [&](const char* server, std::string& id) -> noted_stream& {
        stream_terms terms;
        terms.session = sessions.begin(server, t.loop, id);
        terms.ended = [&sessions](const sse_session& one) { sessions.end(one); };
        return t.open(grant_of(server), std::move(terms));
    };
    std::string first_id;
    std::string second_id;
    auto& first = open("s1", first_id);
    auto& second = open("s1", second_id);
    CHECK(first_id != second_id);
    CHECK(sessions.find(first_id) == nullptr);  // what Redis sees of it is no id
    const auto session = sessions.find(sse_sessions::key_of(first_id));
    REQUIRE(session != nullptr);
    CHECK(session->server_id() == "s1");
    session->send("a");
    session->send("b");
    t.run();
    CHECK(first.text == "ab");
    CHECK(second.text.empty());
    first.keeper.reset();
    CHECK(sessions.find(session->key()) == nullptr);
    session->send("late");
    t.run();
    CHECK(first.text == "ab");
}

TEST_CASE("sse_sessions: a process that stops waits for what is being answered", "[mcp]") {
    fixture t;
    auto& sessions = t.sessions;
    std::string id;
    stream_terms terms;
    terms.session = sessions.begin("s1", t.loop, id);
    auto& stream = t.open(grant_of("s1"), std::move(terms));
    const auto session = sessions.find(sse_sessions::key_of(id));
    session->begin_answer();
    session->begin_answer();
    t.loop.stop();
    t.run();
    CHECK_FALSE(stream.ended);
    session->end_answer("one ");
    t.run();
    CHECK_FALSE(stream.ended);
    session->end_answer("two ");
    t.run();
    CHECK(stream.ended);
    CHECK(stream.text == "one two : closing: this instance stops, connect again\n\n");
}

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
    t.hub.tell(tenancy::server_event{"s1", tenancy::server_change::revoked});
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

TEST_CASE("listen: updates of resources where they can be told", "[mcp]") {
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

TEST_CASE("get: who comes back is told of what may have changed, and not of what cannot", "[mcp]") {
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

}  // namespace streams_test
