#include "mcp/session/methods.hpp"

#include <catch2/catch.hpp>

#include "mcp/session/loop_sessions.hpp"
#include "tests/unit/mcp/support.hpp"

namespace session_test {

using namespace tollgate;
using namespace tollgate::mcp::test;
using mcp::client_abilities;

namespace {

class fixed_clock final : public base::clock {
public:
    base::timestamp now() const override { return base::from_unix_ms(1'790'000'000'000); }
};

struct sessions {
    explicit sessions(std::size_t most = mcp::session_registry::sessions_max) : book{most} {}
    fixed_clock clock;
    mcp::session_ids ids{base::secret{std::string(32, 'k')}, clock};
    mcp::session_registry book;
    mcp::session_methods methods{ids, book};
};

struct with_sessions : sessions {
    fixture f{{.sessions = &methods}};

    std::string begin(const std::string& capabilities = "{}") {
        const auto reply = f.raw(
            R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":)" +
            capabilities + "}}");
        for (const auto& [name, value] : reply.headers)
            if (name == mcp::session_header) return value;
        return {};
    }
};

const std::string ping = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";

}  // namespace

TEST_CASE("session ids: carry what the client can do, for one server and one key",
          "[mcp][session]") {
    sessions s;
    for (const auto& client : {client_abilities{}, client_abilities{.elicitation = true},
                               client_abilities{true, true, true}}) {
        const auto id = s.ids.make("mcp_a", client);
        REQUIRE(s.ids.read("mcp_a", id) == client);
        REQUIRE_FALSE(s.ids.read("mcp_b", id).has_value());
        const mcp::session_ids other{base::secret{std::string(32, 'x')}, s.clock};
        REQUIRE_FALSE(other.read("mcp_a", id).has_value());
    }
    REQUIRE(s.ids.make("mcp_a", {}) != s.ids.make("mcp_a", {}));
}

TEST_CASE("session ids: one that is changed anywhere is none", "[mcp][session]") {
    sessions s;
    const auto id = s.ids.make("mcp_a", {.elicitation = true});
    for (std::size_t i = 0; i < id.size(); ++i) {
        auto changed = id;
        changed[i] = changed[i] == '0' ? '1' : '0';
        REQUIRE_FALSE(s.ids.read("mcp_a", changed).has_value());
    }
    REQUIRE_FALSE(s.ids.read("mcp_a", "").has_value());
    REQUIRE_FALSE(s.ids.read("mcp_a", id + "00").has_value());
    REQUIRE_FALSE(s.ids.read("mcp_a", std::string(id.size(), 'z')).has_value());
}

TEST_CASE("session ids: the same id in capital letters is refused", "[mcp][session]") {
    sessions s;
    const auto id = s.ids.make("mcp_a", {});
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (id[i] < 'a') continue;
        auto other = id;
        other[i] = static_cast<char>(id[i] - 'a' + 'A');
        REQUIRE_FALSE(s.ids.read("mcp_a", other).has_value());
    }
    REQUIRE(s.ids.read("mcp_a", id).has_value());
}

TEST_CASE("session book: forgets the oldest at its limit", "[mcp][session]") {
    mcp::session_registry book{2};
    REQUIRE(book.end("one"));
    REQUIRE_FALSE(book.end("one"));
    book.set_level("two", mcp::log_level::error);
    REQUIRE(book.find("one").ended);
    REQUIRE(book.find("two").level == mcp::log_level::error);
    REQUIRE(book.end_here("three"));
    REQUIRE_FALSE(book.find("one").ended);
    REQUIRE(book.find("three").ended);
}

TEST_CASE("session book: other instances are notified of an end once", "[mcp][session]") {
    mcp::session_registry book;
    std::vector<std::string> notified;
    book.relay_with([&](const std::string& id) { notified.push_back(id); });
    book.end("one");
    book.end("one");
    book.end_here("two");
    REQUIRE(notified == std::vector<std::string>{"one"});
}

TEST_CASE("sessions: begun by initialize, accepted with it, over after DELETE", "[mcp][session]") {
    with_sessions s;
    const auto id = s.begin();
    REQUIRE_FALSE(id.empty());
    REQUIRE(s.f.post(ping, {{"mcp-session-id", id}}).status == 200);
    REQUIRE(s.f.post(ping).status == 200);
    REQUIRE(s.f.raw("", {{"mcp-session-id", id}}, "DELETE").status == 204);
    const auto late = s.f.post(ping, {{"mcp-session-id", id}});
    REQUIRE(late.status == 404);
    REQUIRE(late.body["id"] == 7);
    REQUIRE(s.f.raw("", {{"mcp-session-id", id}}, "DELETE").status == 404);
    REQUIRE(s.f.raw("", {}, "DELETE").status == 400);
    // A client that lost its session begins a new one, whatever it still sends.
    const auto again = s.f.raw(
        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})",
        {{"mcp-session-id", id}});
    REQUIRE(again.status == 200);
}

TEST_CASE("sessions: a made-up id is a 404 for every kind of message", "[mcp][session]") {
    with_sessions s;
    const std::vector<base::http_header> made_up{{"mcp-session-id", "made-up"}};
    REQUIRE(s.f.post(ping, made_up).status == 404);
    REQUIRE(s.f.raw(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", made_up).status ==
            404);
    REQUIRE(s.f.raw(R"({"jsonrpc":"2.0","id":"x","result":{}})", made_up).status == 404);
    REQUIRE(s.f.raw("", made_up, "DELETE").status == 404);
}

TEST_CASE("sessions: the modern era knows none", "[mcp][session]") {
    with_sessions s;
    const auto reply = s.f.raw(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})",
        {{"mcp-protocol-version", "2026-07-28"},
         {"mcp-method", "tools/list"},
         {"mcp-session-id", "made-up"}});
    REQUIRE(reply.status == 200);
    REQUIRE(reply.headers.empty());
    base::http_request request;
    request.method = "DELETE";
    request.headers = {{"mcp-protocol-version", "2026-07-28"}};
    REQUIRE(mcp::refuse_transport(request)->status == 405);
}

TEST_CASE("sessions: logging/setLevel takes MCP's levels and keeps one a session",
          "[mcp][session]") {
    with_sessions s;
    const auto id = s.begin();
    const auto set = [&](const std::string& params) {
        return s.f.post(
            R"({"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":)" + params + "}",
            {{"mcp-session-id", id}});
    };
    REQUIRE(set(R"({"level":"warning"})").body["result"] == json::object());
    REQUIRE(s.book.find(id).level == mcp::log_level::warning);
    for (const auto* wrong : {"{}", R"({"level":"loud"})", R"({"level":3})"})
        REQUIRE(set(wrong).body["error"]["code"] == mcp::invalid_params);
    REQUIRE(s.book.find(id).level == mcp::log_level::warning);
}

TEST_CASE("sessions: elicitation counts when it is by form", "[mcp][session]") {
    with_sessions s;
    const auto of = [&](const std::string& capabilities) {
        return *s.ids.read(s.f.grant.server_id, s.begin(capabilities));
    };
    REQUIRE(of(R"({"elicitation":{}})").elicitation);
    REQUIRE(of(R"({"elicitation":{"form":{},"url":{}}})").elicitation);
    REQUIRE_FALSE(of(R"({"elicitation":{"url":{}}})").elicitation);
    REQUIRE(of(R"({"elicitation":{"form":{},"url":{}}})").links);
    REQUIRE(of(R"({"elicitation":{"url":{}}})").links);
    REQUIRE_FALSE(of(R"({"elicitation":{}})").links);
    REQUIRE_FALSE(of(R"({"elicitation":true})").any());
    REQUIRE(of(R"({"sampling":{},"roots":{"listChanged":true}})") ==
            client_abilities{.sampling = true, .roots = true});
}

TEST_CASE("open sessions: the newest use is first, and the oldest is forgotten at the limit",
          "[mcp][session]") {
    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    mcp::loop_sessions seen{clock, 2};
    const auto ids_of = [&seen] {
        std::vector<std::string> out;
        for (const auto& one : seen.of_server("mcp_a", {})) out.push_back(one.id);
        return out;
    };
    seen.begin({.id = "first", .server_id = "mcp_a", .title = "Claude 1"});
    clock.advance(std::chrono::seconds{1});
    seen.begin({.id = "second", .server_id = "mcp_a"});
    REQUIRE(ids_of() == std::vector<std::string>{"second", "first"});
    clock.advance(std::chrono::seconds{1});
    seen.use("mcp_a", "first", "another agent", "2025-06-18");
    const auto used = seen.of_server("mcp_a", {}).front();
    REQUIRE((used.id == "first" && used.title == "Claude 1" && used.client.empty()));
    REQUIRE(used.last_used_at - used.began_at == std::chrono::seconds{2});
    seen.begin({.id = "third", .server_id = "mcp_a"});
    REQUIRE(ids_of() == std::vector<std::string>{"third", "first"});
    seen.begin({.id = "elsewhere", .server_id = "mcp_b"});
    REQUIRE(ids_of() == std::vector<std::string>{"third"});
}

TEST_CASE("open sessions: those used before a time are not looked at", "[mcp][session]") {
    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    mcp::loop_sessions seen{clock};
    seen.begin({.id = "old", .server_id = "mcp_a"});
    clock.advance(std::chrono::seconds{2});
    seen.begin({.id = "new", .server_id = "mcp_a"});
    REQUIRE(seen.of_server("mcp_a", clock.now()).size() == 1);
    REQUIRE(seen.of_server("mcp_a", clock.now()).front().id == "new");
    seen.use("mcp_a", "old", "agent", "");
    REQUIRE(seen.of_server("mcp_a", clock.now()).size() == 2);
}

TEST_CASE("open sessions: the start of a session that began elsewhere is in its id",
          "[mcp][session]") {
    sessions s;
    base::manual_clock later{base::from_unix_ms(1'790'000'090'000)};
    mcp::loop_sessions seen{later};
    const auto id = s.ids.make("mcp_a", {.elicitation = true});
    seen.use("mcp_a", id, "agent", "2025-06-18");
    const auto one = seen.of_server("mcp_a", {}).front();
    REQUIRE(one.began_at == s.clock.now());
    REQUIRE(one.last_used_at == later.now());
    REQUIRE(mcp::name_of_session(id).starts_with("mses_"));
    REQUIRE(id.find(mcp::name_of_session(id).substr(5)) == std::string::npos);
    REQUIRE(mcp::session_ids::began_at("short") == base::from_unix_ms(0));
}

}  // namespace session_test
