#include "mcp/endpoint.hpp"
#include "tests/unit/mcp/streams/stream_fixture.hpp"

namespace streams_test {

using namespace tollgate;
using namespace tollgate::mcp;
using nlohmann::json;
using std::chrono::milliseconds;
using fixture = tollgate::test::stream_fixture;
using tollgate::test::grant_of;
using tollgate::test::noted_stream;

TEST_CASE("streams: changes at the same time are announced once, to the streams that they concern",
          "[mcp]") {
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

TEST_CASE("streams: a change of a team or an account is announced to its servers' streams only",
          "[mcp]") {
    using tenancy::server_change;
    fixture t;
    const auto of = [](const char* server, const char* team, const char* account) {
        auto out = grant_of(server);
        out.team_id = team;
        auto owner = std::make_shared<tenancy::account_access>();
        owner->id = account;
        out.account = owner;
        return out;
    };
    auto& first = t.open(of("s1", "team_a", "ia_a"));
    auto& second = t.open(of("s2", "team_a", "ia_b"));
    auto& other = t.open(of("s3", "team_b", "ia_c"));
    const auto tools = [](const auto& stream) {
        return stream.count("notifications/tools/list_changed");
    };
    t.hub.notify(tenancy::server_event{{}, server_change::owner_changed, {}, "ia_a"});
    t.run();
    CHECK(tools(first) == 1);
    CHECK(tools(second) == 0);
    t.hub.notify(tenancy::server_event{{}, server_change::owner_changed, {}, "team_a"});
    t.run();
    CHECK(tools(first) == 2);
    CHECK(tools(second) == 1);
    CHECK(other.text.empty());
    CHECK_FALSE(first.ended);
}

TEST_CASE("streams: only a revoked server's streams receive a closing event", "[mcp]") {
    using tenancy::server_change;
    fixture t;
    auto& first = t.open(grant_of("s1", "t1"));
    auto& second = t.open(grant_of("s1", "t2"), {.lists = 1, .last = "data: {\"id\":1}\n\n"});
    auto& other = t.open(grant_of("s2"));
    t.hub.notify(tenancy::server_event{"s1", server_change::token_ended, "t1"});
    t.run();
    CHECK(first.ended);
    CHECK(first.text == ": closing: this MCP server's URL is no longer valid\n\n");
    CHECK_FALSE(second.ended);
    const auto end = GENERATE(server_change::revoked, server_change::expired,
                              server_change::tokens_replaced, server_change::unknown);
    const bool all_servers = end == server_change::unknown;
    t.hub.notify(tenancy::server_event{all_servers ? "" : "s1", end});
    t.run();
    CHECK(second.ended);
    CHECK(second.text == "data: {\"id\":1}\n\n");
    CHECK(other.ended == all_servers);
}

TEST_CASE("streams: a change and then the end: only the end is announced", "[mcp]") {
    fixture t;
    auto& one = t.open(grant_of("s1"));
    t.changed("s1");
    t.hub.notify(tenancy::server_event{"s1", tenancy::server_change::revoked});
    t.run();
    CHECK(one.ended);
    CHECK(one.messages().empty());
}

TEST_CASE("streams: many that end at once let others have their turn", "[mcp]") {
    fixture t{{.of_server_max = 1000}};
    for (int i = 0; i < 500; ++i) t.open(grant_of("s1"));
    t.hub.notify(tenancy::server_event{"s1", tenancy::server_change::revoked});
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
    constexpr milliseconds period{250};
    fixture t{{.keep_alive = period, .gather = milliseconds{1}}};
    const auto begun = std::chrono::steady_clock::now();
    auto& quiet = t.open(grant_of("s1"));
    auto& busy = t.open(grant_of("s2"));
    std::size_t changes = 0;
    for (; changes < 200 && quiet.count(keep_alive_comment) < 2; ++changes) {
        t.changed("s2");
        t.run(30);
    }
    const auto comments = quiet.count(keep_alive_comment);
    CHECK(comments >= 2);
    CHECK(static_cast<int>(comments) * period <= std::chrono::steady_clock::now() - begun);
    CHECK(busy.count(keep_alive_comment) == 0);
    CHECK(busy.messages().size() == 3 * changes);
}

TEST_CASE("streams: a stream whose grant has expired ends without a notification", "[mcp]") {
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

TEST_CASE("streams: what a call has changed is announced", "[mcp]") {
    fixture t;
    auto& lists = t.open(grant_of("s1"));
    auto& updates = t.open(grant_of("s1"), {.resources = {"a://1", "a://2"}, .tag = "{\"k\":1}"});
    tool_result result;
    t.hub.notify("s1", result);
    result.changed = prompts_list;
    result.updated = "a://1";
    t.hub.notify("s1", result);
    t.hub.notify("s1", result);
    result.changed = 0;
    result.updated = "a://3";
    t.hub.notify("s1", result);
    t.run();
    CHECK(
        lists.messages() ==
        std::vector<json>{{{"jsonrpc", "2.0"}, {"method", "notifications/prompts/list_changed"}}});
    const json notified{{"jsonrpc", "2.0"},
                        {"method", "notifications/resources/updated"},
                        {"params", {{"uri", "a://1"}, {"_meta", {{"k", 1}}}}}};
    CHECK(updates.messages() == std::vector<json>{notified});
}

TEST_CASE("follow: updates of what was subscribed to, until it is not any more", "[mcp]") {
    fixture t;
    simdjson::dom::parser parser;
    const auto ask = [&](const std::string& method, const std::string& params) {
        const auto in = parse_message(parser, R"({"jsonrpc":"2.0","id":1,"method":")" + method +
                                                  R"(","params":)" + params + "}");
        const auto grant = grant_of("s1");
        const auto out = follow(t.hub, grant, in.value, method == "resources/subscribe");
        return json::parse(out.body);
    };
    auto& one = t.open(grant_of("s1"), {.follows = true});
    auto& unsubscribed = t.open(grant_of("s1"), {.lists = all_lists});
    tool_result result;
    result.updated = "a://1";
    t.hub.notify("s1", result);
    t.run();
    CHECK(one.text.empty());
    CHECK(ask("resources/subscribe", R"({"uri":"a://1"})")["result"] == json::object());
    t.hub.notify("s1", result);
    t.hub.notify("s2", result);
    t.run();
    REQUIRE(one.messages().size() == 1);
    CHECK(one.messages()[0]["params"] == json{{"uri", "a://1"}});
    CHECK(unsubscribed.text.empty());
    CHECK(ask("resources/unsubscribe", R"({"uri":"a://1"})")["result"] == json::object());
    t.hub.notify("s1", result);
    t.run();
    CHECK(one.messages().size() == 1);
    CHECK(ask("resources/subscribe", "{}")["error"]["code"] == -32602);
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
    CHECK(sessions.find(first_id) == nullptr);  // what Redis sees of it is not an id
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

TEST_CASE("streams: the open streams of a server are listed by kind, with the time of each",
          "[mcp]") {
    fixture t;
    std::string id;
    t.open(grant_of("s1"));
    t.clock.advance(std::chrono::seconds{5});
    t.open(grant_of("s1"), {.tag = "{}"});
    t.open(grant_of("s1"), {.session = t.sessions.begin("s1", t.loop, id)});
    t.open(grant_of("s2"));
    std::map<std::string_view, base::timestamp> seen;
    for (const auto& one : t.loop.of_server("s1")) seen[one.kind] = one.opened_at;
    const auto now = t.clock.now();
    CHECK(seen == std::map<std::string_view, base::timestamp>{
                      {"get", now - std::chrono::seconds{5}}, {"listen", now}, {"sse", now}});
    t.streams.clear();
    CHECK(t.loop.of_server("s1").empty());
}

TEST_CASE("streams: the end of a session ends its streams, and no others", "[mcp]") {
    fixture t;
    auto& ended = t.open(grant_of("s1"), {.session_id = "one"});
    auto& other = t.open(grant_of("s1"), {.session_id = "two"});
    auto& without = t.open(grant_of("s1"));
    auto& elsewhere = t.open(grant_of("s2"), {.session_id = "one"});
    t.loop.end_session("s1", "one");
    t.run();
    CHECK(ended.ended);
    CHECK(ended.text.ends_with("closing: this session has ended\n\n"));
    CHECK_FALSE((other.ended || without.ended || elsewhere.ended));
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

}  // namespace streams_test
