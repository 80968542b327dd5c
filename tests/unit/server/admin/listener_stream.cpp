// The stream of one listener of GET /event.
#include "server/admin/listener_stream.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace listener_stream_test {

using namespace tollgate;
using namespace std::chrono_literals;

namespace {

// A stream whose client reads only when the test says so.
class slow_stream final : public base::response_stream {
public:
    void add_header(std::string_view, std::string_view) override {}
    bool open() override { return true; }
    bool opened() const override { return true; }
    void send(std::string_view event) override {
        text += event;
        unread += event.size();
    }
    std::size_t waiting() const override { return unread; }
    bool peer_closed() override { return false; }
    void keep(std::unique_ptr<base::stream_keeper>) override {}
    void end(std::string_view last) override { text += last; }

    std::string text;
    std::size_t unread = 0;
};

struct listener_world {
    explicit listener_world(tenancy::event_rules rules = {})
        : listener(std::make_shared<admin::listener_stream>(io.get_executor(), rules)) {}
    void put(const std::string& events) {
        listener->put(std::make_shared<const std::string>(events));
        run(1ms);
    }
    void run(std::chrono::milliseconds time) {
        io.restart();
        io.run_for(time);
    }
    test::drained_loop io;
    slow_stream stream;
    std::shared_ptr<admin::listener_stream> listener;
};

}  // namespace

TEST_CASE("events: a slow client misses events, and receives the event lagged when it has read",
          "[admin][events]") {
    listener_world t;
    t.listener->attach(t.stream);
    const std::string large(70'000, 'x');
    t.put(large);
    t.put("lost 1");
    t.put("lost 2");
    CHECK(t.stream.text == large);
    t.stream.unread = 0;
    t.stream.text.clear();
    t.put("next");
    CHECK(t.stream.text == std::string{tenancy::lagged_event} + "next");
}

TEST_CASE("events: a client that has read receives the event lagged although nothing new happens",
          "[admin][events]") {
    listener_world t;
    t.listener->attach(t.stream);
    t.put(std::string(70'000, 'x'));
    t.put("lost");
    t.stream.unread = 0;
    t.stream.text.clear();
    t.run(1'200ms);
    CHECK(t.stream.text == tenancy::lagged_event);
}

TEST_CASE("events: a quiet stream has a heartbeat, and a detached one gets nothing",
          "[admin][events]") {
    listener_world t{{.heartbeat = 20ms}};
    t.listener->attach(t.stream);
    for (int i = 0; i < 1000 && t.stream.text.empty(); ++i) t.run(5ms);
    CHECK(t.stream.text.starts_with(": keep-alive\n\n"));
    t.listener->detach();
    const auto before = t.stream.text;
    t.put("late");
    t.run(50ms);
    CHECK(t.stream.text == before);
}

TEST_CASE("events: an end that comes before the stream ends it as soon as it is there",
          "[admin][events]") {
    listener_world t;
    t.listener->end("over");
    t.run(1ms);
    t.listener->attach(t.stream);
    CHECK(t.stream.text == "over");
}

TEST_CASE("events: a connection that carries no stream is refused", "[admin][events]") {
    test::admin_fixture t;
    const auto refused = t.send("GET", "/event");
    CHECK(refused.status == 503);
    CHECK(refused.code() == "no_stream");
    CHECK(t.send_as("", "GET", "/event").status == 401);
}

}  // namespace listener_stream_test
