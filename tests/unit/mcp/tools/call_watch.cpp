#include "mcp/tools/call_watch.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <thread>

#include "tests/support/drained_loop.hpp"

namespace call_watch_test {

using namespace tollgate;
using namespace tollgate::mcp;
using std::chrono::milliseconds;

namespace {

// Ends when the test says so, from any thread.
class ended_call final : public call_monitor {
public:
    explicit ended_call(call_watch& watch) : watch_(watch) {}
    void report(std::int64_t, std::optional<std::int64_t>, std::string_view) override {}
    call_end end() override { return why; }
    base::awaitable<> ended() override { return watch_.wait(*this); }
    std::atomic<call_end> why{call_end::none};

private:
    call_watch& watch_;
};

base::awaitable<> count_end(ended_call& call, int& ended) {
    co_await call.ended();
    ++ended;
}

struct fixture {
    explicit fixture(std::size_t portion) : watch(milliseconds{5}, portion) {}
    ended_call& call() {
        ended_call& made = calls.emplace_back(watch);
        boost::asio::co_spawn(io, count_end(made, ended), [](std::exception_ptr) {});
        return made;
    }
    test::drained_loop io;
    call_watch watch;
    std::deque<ended_call> calls;
    int ended = 0;
};

// Notes how many calls ended between two of its turns, until none waits.
base::awaitable<> note_jumps(fixture& t, int& largest) {
    boost::asio::steady_timer turn{t.io};
    int seen = 0;
    while (t.watch.waiting() > 0) {
        turn.expires_after(milliseconds{0});
        boost::system::error_code ignored;
        co_await turn.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        largest = std::max(largest, t.ended - seen);
        seen = t.ended;
    }
}

}  // namespace

TEST_CASE("call_watch: who is to end is woken, and nobody else", "[mcp]") {
    fixture t{8};
    ended_call& first = t.call();
    ended_call& second = t.call();
    std::thread elsewhere{[&first] { first.why = call_end::severed; }};
    while (t.ended == 0) t.io.run_one();
    elsewhere.join();
    t.io.run_for(milliseconds{30});
    CHECK(t.ended == 1);
    CHECK(t.watch.waiting() == 1);
    second.why = call_end::cancelled;
    t.io.run();
    CHECK(t.ended == 2);
    CHECK(t.watch.waiting() == 0);
}

TEST_CASE("call_watch: many that end at once let others have their turn", "[mcp]") {
    constexpr std::size_t portion = 10;
    fixture t{portion};
    for (int i = 0; i < 500; ++i) t.call();
    t.io.poll();
    REQUIRE(t.watch.waiting() == 500);
    for (ended_call& call : t.calls) call.why = call_end::severed;
    int largest = 0;
    boost::asio::co_spawn(t.io, note_jumps(t, largest), [](std::exception_ptr) {});
    t.io.run();
    CHECK(t.ended == 500);
    CHECK(largest > 0);
    CHECK(largest <= 2 * static_cast<int>(portion));
}

TEST_CASE("call_watch: a wait that is cancelled leaves nothing behind", "[mcp]") {
    fixture t{8};
    ended_call call{t.watch};
    boost::asio::cancellation_signal stop;
    bool done = false;
    boost::asio::co_spawn(
        t.io, call.ended(),
        boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr) { done = true; }));
    t.io.poll();
    REQUIRE(t.watch.waiting() == 1);
    stop.emit(boost::asio::cancellation_type::terminal);
    t.io.run();
    CHECK(done);
    CHECK(t.watch.waiting() == 0);
}

TEST_CASE("call_watch: a watch that is gone is not touched by its timer", "[mcp]") {
    test::drained_loop io;
    auto watch = std::make_unique<call_watch>(milliseconds{5});
    ended_call call{*watch};
    {
        const call_watch::hook held{*watch, call, io.get_executor(), [] {}};
    }
    watch.reset();
    CHECK(io.run() == 1);
}

}  // namespace call_watch_test
