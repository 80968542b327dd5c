#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <functional>

#include "base/async.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/unit/server/served.hpp"

namespace kept_stream_test {

using namespace tollgate;
using std::chrono::milliseconds;
using test::eventually;
using test::raw_client;

namespace {

struct shared {
    std::atomic<int> kept{0};
    base::response_stream* stream = nullptr;  // of the loop
};

class noting_keeper final : public base::stream_keeper {
public:
    explicit noting_keeper(shared& notes) : notes_(notes) { ++notes_.kept; }
    ~noting_keeper() override {
        notes_.stream = nullptr;
        --notes_.kept;
    }
    void take(base::response_stream& stream) override { notes_.stream = &stream; }

private:
    shared& notes_;
};

// Keeps each stream it is asked for.
class keeping_handler final : public server::request_handler {
public:
    base::awaitable<base::http_response> handle(base::http_request& request,
                                                const server::connection_facts& facts) override {
        base::http_response out;
        if (request.path != "/stream") co_return out;
        if (!facts.stream->open()) {
            out.status = 505;
            co_return out;
        }
        facts.stream->keep(std::make_unique<noting_keeper>(notes));
        facts.stream->send("first\n\n");
        if (request.query == "over") facts.stream->end("last\n\n");
        co_return out;
    }
    base::http_response unreadable(unsigned status, std::string_view why) override {
        return server::problem(status, "unreadable_request", why);
    }
    shared notes;
};

using served = server::test::served_by<keeping_handler>;

// Does `what` with the stream on its loop.
void with_stream(served& s, std::function<void(base::response_stream&)> what) {
    s.on_loop([&s, what = std::move(what)] {
        if (s.handler.notes.stream != nullptr) what(*s.handler.notes.stream);
    });
}

constexpr std::string_view asked = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

TEST_CASE("kept_stream: goes on after its handler, and the connection goes on after it",
          "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send(asked);
    CHECK(client.read_until("first\n\n\r\n").find("text/event-stream") != std::string::npos);
    CHECK(s.handler.notes.kept == 1);
    with_stream(s, [](auto& stream) { stream.send("second\n\n"); });
    CHECK(client.read_until("second\n\n\r\n") == "8\r\nsecond\n\n\r\n");
    with_stream(s, [](auto& stream) { stream.end("last\n\n"); });
    CHECK(client.read_until("0\r\n\r\n") == "6\r\nlast\n\n\r\n0\r\n\r\n");
    CHECK(eventually([&] { return s.handler.notes.kept == 0; }));
    CHECK(client.ask("GET /other HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
}

TEST_CASE("kept_stream: one that is ended by its own handler is whole", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send("GET /stream?over HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto text = client.read_until("0\r\n\r\n");
    CHECK(text.ends_with("7\r\nfirst\n\n\r\n6\r\nlast\n\n\r\n0\r\n\r\n"));
    CHECK(client.ask("GET /other HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
}

TEST_CASE("kept_stream: its keeper goes when the client does", "[server][connection]") {
    served s;
    {
        raw_client client{s.port()};
        client.send(asked);
        client.read_until("first\n\n\r\n");
        CHECK(s.handler.notes.kept == 1);
    }
    CHECK(eventually([&] { return s.handler.notes.kept == 0 && s.open() == 0; }));
}

TEST_CASE("kept_stream: what a client sends meanwhile is its next request",
          "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send(asked);
    client.read_until("first\n\n\r\n");
    client.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
    // The request is there, and the stream goes on all the same.
    for (const char* event : {"second\n\n", "third\n\n"}) {
        with_stream(s, [&](auto& stream) { stream.send(event); });
        CHECK(client.read_until(event).ends_with(event));
    }
    CHECK(s.handler.notes.kept == 1);
    with_stream(s, [](auto& stream) { stream.end({}); });
    client.read_until("0\r\n\r\n");
    CHECK(client.read().status == 200);
}

TEST_CASE("kept_stream: a client that does not read is cut off, by bytes", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send(asked);
    client.read_until("first\n\n\r\n");
    CHECK(eventually([&] {
        with_stream(s, [](auto& stream) { stream.send(std::string(64 * 1024, 'x')); });
        return s.handler.notes.kept == 0;
    }));
    CHECK(eventually([&] { return s.open() == 0; }));
}

TEST_CASE("kept_stream: a client that does not read is cut off, by time", "[server][connection]") {
    server::connection_options options;
    options.write = milliseconds{200};
    served s{options};
    raw_client client{s.port()};
    client.send(asked);
    client.read_until("first\n\n\r\n");
    // Quiet is not slow.
    CHECK(test::remains([&] { return s.handler.notes.kept == 1; }, milliseconds{500}));
    with_stream(s, [](auto& stream) { stream.send(std::string(32 * 1024 * 1024, 'x')); });
    CHECK(eventually([&] { return s.handler.notes.kept == 0 && s.open() == 0; }));
}

TEST_CASE("kept_stream: HTTP/1.0 has none", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    CHECK(client.ask("GET /stream HTTP/1.0\r\nHost: a\r\n\r\n").status == 505);
    CHECK(s.handler.notes.kept == 0);
}

TEST_CASE("kept_stream: a loop that is cut takes it down", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send(asked);
    client.read_until("first\n\n\r\n");
    s.cut();
    CHECK(s.handler.notes.kept == 0);
    CHECK(s.open() == 0);
    CHECK(client.closed());
}

TEST_CASE("kept_stream: an abort ends it without a word", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send(asked);
    client.read_until("first\n\n\r\n");
    s.abort();
    CHECK(eventually([&] { return s.handler.notes.kept == 0 && s.open() == 0; }));
    CHECK(client.closed());
}

}  // namespace kept_stream_test
