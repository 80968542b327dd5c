#include "mcp/streams/keep_alive.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <memory>

#include "tests/support/drained_loop.hpp"
#include "tests/unit/mcp/streams/stream_fixture.hpp"

namespace keep_alive_test {

using namespace std::chrono_literals;
using namespace tollgate;

struct counted_stream final : mcp::quiet_stream {
    explicit counted_stream(std::function<void()> then) : next(std::move(then)) {}
    void beat() override {
        ++beats;
        next();
    }
    int beats = 0;
    std::function<void()> next;
};

// Both timers have expired, so the second handler is queued with success when its owner goes:
// nothing can cancel it any more. What it would touch is seen by the address sanitizer.
TEST_CASE("keep_alive: a timer that has expired does nothing once its owner is gone", "[mcp]") {
    test::drained_loop io;
    std::unique_ptr<mcp::keep_alive> one;
    std::unique_ptr<mcp::keep_alive> other;
    counted_stream ends_other{[&] { other.reset(); }};
    counted_stream ends_one{[&] { one.reset(); }};
    one = std::make_unique<mcp::keep_alive>(io.get_executor(), 1ms);
    other = std::make_unique<mcp::keep_alive>(io.get_executor(), 1ms);
    one->sent(ends_other);
    other->sent(ends_one);
    const auto due = std::chrono::steady_clock::now() + 2ms;
    while (std::chrono::steady_clock::now() < due) {
    }
    io.poll();
    CHECK(ends_other.beats + ends_one.beats == 1);
    one.reset();
    other.reset();
}

TEST_CASE("loop_streams: a change that is on its way reaches nothing once the streams are gone",
          "[mcp]") {
    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    test::drained_loop io;
    mcp::stream_hub hub{{.keep_alive = 10s, .gather = 1ms}, clock};
    auto streams = std::make_unique<mcp::loop_streams>(io.get_executor(), hub);
    hub.add(*streams);
    test::noted_stream stream;
    REQUIRE(streams->open(test::grant_of("s1"), &stream, {.lists = mcp::all_lists}) ==
            mcp::stream_refusal::none);
    const auto opened = stream.text;
    hub.notify(tenancy::server_event{"s1", tenancy::server_change::changed});
    stream.keeper.reset();
    streams.reset();
    io.poll();
    CHECK(stream.text == opened);
}

}  // namespace keep_alive_test
