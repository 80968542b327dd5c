// What open streams are told: the records of their team's log, from where they began.
#include <catch2/catch.hpp>

#include "tenancy/work/event_text.hpp"
#include "tests/unit/tenancy/audit_world.hpp"

namespace team_events_test {

using namespace tollgate;
using namespace std::chrono_literals;
using test::audit_world;
using test::run_sync;

namespace {

class noted_listener final : public tenancy::event_listener {
public:
    void put(std::shared_ptr<const std::string> events) noexcept override { text += *events; }
    void end(std::string last) noexcept override { ended += last; }
    std::string text;
    std::string ended;
};

struct events_world : audit_world {
    std::shared_ptr<noted_listener> follow(std::optional<std::int64_t> last_seen = {}) {
        auto out = std::make_shared<noted_listener>();
        events().follow(team(), {owner_secret, {}}, last_seen, out).value();
        return out;
    }
    tenancy::team_events& events() { return registry->events(); }
    void look() { run_sync(events().look()); }
    // A record of that content, in the log.
    void integrate(const std::string& entry) {
        auto one = row();
        one.entry = entry;
        add({one});
        work();
    }
};

std::string told(const std::string& entry) {
    storage::audit_entry one;
    one.entry = entry;
    return tenancy::event_text_of({one}, 7).events;
}

bool ends_access(const std::string& action) {
    storage::audit_entry one;
    one.entry = R"({"action":")" + action + R"(","kind":"admin_finished","status":200})";
    return tenancy::event_text_of({one}, 1).ends_access;
}

}  // namespace

TEST_CASE("events: a listener is told what is recorded after it began, once", "[tenancy][events]") {
    events_world t;
    t.integrate(R"({"kind":"call","server":"mcp_1"})");
    const auto listener = t.follow();
    t.look();
    CHECK(listener->text == "id: 1\nevent: ready\ndata: {}\n\n");
    listener->text.clear();
    t.look();
    CHECK(listener->text.empty());
    t.integrate(R"({"kind":"call","server":"mcp_1","decision":"refused"})");
    t.look();
    CHECK(listener->text ==
          "id: 2\nevent: activity\ndata: "
          R"({"mcp_server_id":"mcp_1","calls":1,"refused":1,"failed":0})"
          "\n\n");
    t.events().leave(*listener);
    t.integrate(R"({"kind":"call","server":"mcp_1"})");
    t.look();
    CHECK(listener->text.find("id: 3") == std::string::npos);
    CHECK(t.events().open() == 0);
}

TEST_CASE("events: a listener that was away learns whether it missed something",
          "[tenancy][events]") {
    events_world t;
    t.integrate(R"({"kind":"call"})");
    const auto same = t.follow(1);
    const auto behind = t.follow(0);
    t.look();
    CHECK(same->text.find("lagged") == std::string::npos);
    CHECK(behind->text.ends_with(tenancy::lagged_event));
}

TEST_CASE("events: more records than may be told at once are told as lagged", "[tenancy][events]") {
    events_world t;
    const auto listener = t.follow();
    t.look();
    t.record(1'025);
    t.work();
    t.look();
    CHECK(listener->text.ends_with(tenancy::lagged_event));
    CHECK(listener->text.find("activity") == std::string::npos);
    t.integrate(R"({"kind":"call","server":"mcp_1"})");
    t.look();
    CHECK(listener->text.find("activity") != std::string::npos);
}

TEST_CASE("events: a stream ends when its credential does, and at the end of its session",
          "[tenancy][events]") {
    events_world t;
    auto made = run_sync(t.registry->api_keys().create(t.owner, {"k", "viewer"}, {})).value();
    const auto listener = std::make_shared<noted_listener>();
    t.events().follow(t.team(), {made.secret, {}}, {}, listener).value();
    const auto session = std::make_shared<noted_listener>();
    const auto ends_at = t.clock.now() + 5s;
    t.events().follow(t.team(), {t.owner_secret, ends_at}, {}, session).value();
    t.look();
    run_sync(t.registry->api_keys().remove(t.team(), made.key.id)).value();
    t.look();
    CHECK(listener->ended.empty());  // nothing says so yet
    t.integrate(R"({"action":"DELETE /api-key/key_1","kind":"admin_finished","status":204})");
    t.look();
    CHECK(listener->ended == "event: closing\ndata: {\"reason\":\"session_ended\"}\n\n");
    CHECK(session->ended.empty());
    t.clock.advance(5s);
    t.look();
    CHECK(!session->ended.empty());
}

TEST_CASE("events: a credential that ended without a record is found within ten seconds",
          "[tenancy][events]") {
    events_world t;
    auto made = run_sync(t.registry->api_keys().create(t.owner, {"k", "viewer"}, {})).value();
    const auto listener = std::make_shared<noted_listener>();
    t.events().follow(t.team(), {made.secret, {}}, {}, listener).value();
    t.look();
    run_sync(t.registry->api_keys().remove(t.team(), made.key.id)).value();
    t.clock.advance(10s);
    t.look();
    CHECK(!listener->ended.empty());
}

// It may have ended between the check of the request and the first look.
TEST_CASE("events: a credential is checked when its stream begins", "[tenancy][events]") {
    events_world t;
    auto made = run_sync(t.registry->api_keys().create(t.owner, {"k", "viewer"}, {})).value();
    run_sync(t.registry->api_keys().remove(t.team(), made.key.id)).value();
    const auto listener = std::make_shared<noted_listener>();
    t.events().follow(t.team(), {made.secret, {}}, {}, listener).value();
    t.look();
    CHECK(!listener->ended.empty());
}

TEST_CASE("events: a team has a limit of streams, and a stopping instance opens none",
          "[tenancy][events]") {
    events_world t;
    std::vector<std::shared_ptr<noted_listener>> open;
    for (int i = 0; i < 250; ++i) open.push_back(t.follow());
    const auto more = std::make_shared<noted_listener>();
    CHECK(t.events().follow(t.team(), {t.owner_secret, {}}, {}, more).error().code ==
          "too_many_streams");
    CHECK(t.events().follow("team_other", {t.owner_secret, {}}, {}, more));
    t.events().leave(*open.front());
    CHECK(t.events().follow(t.team(), {t.owner_secret, {}}, {}, more));
    t.events().end_all();
    CHECK(open.back()->ended == "event: closing\ndata: {\"reason\":\"stopping\"}\n\n");
    CHECK(t.events().follow(t.team(), {t.owner_secret, {}}, {}, more).error().code == "stopping");
}

TEST_CASE("events: each kind of record, as its event", "[tenancy][events]") {
    const std::string head = "id: 7\nevent: ";
    CHECK(told(R"({"action":"POST /approval/apr_1/deny","kind":"admin_finished","status":200})") ==
          head + "approval\ndata: {\"approval_id\":\"apr_1\",\"what\":\"denied\"}\n\n");
    CHECK(
        told(R"({"approval":"apr_1","kind":"approval_ended","outcome":"expired","server":"m"})") ==
        head +
            "approval\ndata: "
            R"({"approval_id":"apr_1","what":"expired","mcp_server_id":"m"})"
            "\n\n");
    CHECK(told(R"({"action":"DELETE /person/per_1","kind":"admin_finished","status":204})") ==
          head + "revocation\ndata: {\"action\":\"DELETE /person/per_1\"}\n\n");
    CHECK(told(R"({"action":"DELETE /team/freeze","kind":"admin_finished","status":200})") ==
          head + "change\ndata: {\"action\":\"DELETE /team/freeze\"}\n\n");
    CHECK(told(R"({"action":"POST /team/freeze","kind":"admin_finished","status":403})").empty());
    CHECK(told(R"({"kind":"write_resolved","outcome":"unknown","receipt":"rcp_1"})")
              .ends_with("event: alert\ndata: "
                         R"({"what":"outcome_unknown","receipt_id":"rcp_1"})"
                         "\n\n"));
    CHECK(told(R"({"kind":"write_intended","receipt":"rcp_1"})").empty());
    CHECK(told("not JSON").empty());
    CHECK(told("[1]").empty());
}

TEST_CASE("events: what may end a session or a key", "[tenancy][events]") {
    for (const char* action :
         {"DELETE /session/current", "DELETE /session/ses_1", "PUT /session/password",
          "DELETE /person/per_1", "PATCH /person/per_1", "DELETE /person/per_1/session",
          "POST /person/accept-invitation", "DELETE /api-key/key_1", "POST /revoke"})
        CHECK(ends_access(action));
    CHECK_FALSE(ends_access("POST /session"));
    CHECK_FALSE(ends_access("POST /session/link"));
    CHECK_FALSE(ends_access("GET /session/oidc/callback"));
    CHECK_FALSE(ends_access("POST /integrated-account"));
}

}  // namespace team_events_test
