#include "stripe/upstream/connection_turns.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <deque>

#include "tests/support/drained_loop.hpp"

namespace connection_turns_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

constexpr connection_holder first{"team_1", "ia_1"};
constexpr connection_holder second_account{"team_1", "ia_2"};
constexpr connection_holder other_team{"team_2", "ia_9"};
constexpr connection_holder page{"team_1", "ia_1", true};

// How many connections `holder` can take until it is refused.
std::size_t fill(connection_shares& shares, const connection_holder& holder) {
    std::size_t taken = 0;
    for (; shares.allows(holder); ++taken) shares.take(holder);
    return taken;
}

struct waiting_call {
    waiting_call(boost::asio::io_context& io, connection_turns& turns, connection_holder holder,
                 std::chrono::milliseconds timeout = std::chrono::seconds{5}) {
        boost::asio::co_spawn(io, turns.take(holder, std::chrono::steady_clock::now() + timeout),
                              [this](const std::exception_ptr& error, base::result<> got) {
                                  done = true;
                                  holds = !error && got.has_value();
                                  if (!error && !got) code = got.error().code;
                              });
    }
    waiting_call(const waiting_call&) = delete;
    waiting_call& operator=(const waiting_call&) = delete;
    bool done = false;
    bool holds = false;
    std::string code;
};

}  // namespace

TEST_CASE("connection_shares: who holds none is forgotten, who holds one is counted on",
          "[stripe][upstream]") {
    connection_shares shares{4};
    shares.take(first);
    shares.take(other_team);
    shares.release(other_team);
    shares.tidy();
    CHECK(shares.in_use() == 1);
    shares.release(first);
    shares.tidy();
    CHECK(shares.in_use() == 0);
    connection_shares untouched{4};
    CHECK(fill(shares, first) == fill(untouched, first));
}

TEST_CASE("shares: one account leaves connections for its team, one team for others",
          "[stripe][upstream]") {
    connection_shares shares{128};
    CHECK(fill(shares, first) == 52);
    CHECK(fill(shares, second_account) == 12);
    CHECK(fill(shares, {"team_1", "ia_3"}) == 0);
    CHECK(fill(shares, other_team) >= 25);
    CHECK(fill(shares, {"team_3", "ia_30"}) >= 10);
    CHECK(shares.in_use() < 128);
}

TEST_CASE("shares: with one connection, one call after another", "[stripe][upstream]") {
    connection_shares shares{1};
    CHECK(fill(shares, page) == 1);
    CHECK_FALSE(shares.allows(other_team));
    shares.release(page);
    CHECK(shares.allows(other_team));
}

TEST_CASE("shares: calls that yield take less", "[stripe][upstream]") {
    connection_shares shares{128};
    CHECK(fill(shares, page) == 32);
    CHECK(fill(shares, first) > 0);
}

TEST_CASE("turns: accounts that wait take turns, and a share that is used up holds up nobody else",
          "[stripe][upstream]") {
    test::drained_loop io;
    connection_turns turns{io.get_executor(), 8, 100};
    std::deque<waiting_call> calls;
    for (int i = 0; i < 20; ++i) calls.emplace_back(io, turns, first);
    io.poll();
    const auto held = static_cast<std::size_t>(
        std::count_if(calls.begin(), calls.end(), [](const auto& one) { return one.holds; }));
    CHECK(held == 4);
    waiting_call other{io, turns, other_team};
    io.poll();
    CHECK(other.holds);
    // With another team at work the share is smaller, so that what is given back stays free.
    turns.release(first);
    io.poll();
    CHECK_FALSE(calls[4].done);
    turns.release(other_team);
    io.poll();
    CHECK(calls[4].holds);
    CHECK_FALSE(calls[5].done);
    CHECK(turns.in_use() == 4);
    for (int i = 0; i < 15; ++i) {
        turns.release(first);
        io.poll();
    }
    CHECK(calls.back().holds);
}

TEST_CASE("turns: a full queue refuses, and a wait ends at its deadline", "[stripe][upstream]") {
    test::drained_loop io;
    connection_turns turns{io.get_executor(), 1, 4};
    std::deque<waiting_call> calls;
    for (int i = 0; i < 4; ++i) calls.emplace_back(io, turns, first, std::chrono::milliseconds{30});
    io.poll();
    CHECK(calls[0].holds);
    // One account may take half of the places.
    CHECK_FALSE(calls[2].done);
    CHECK(calls[3].code == "not_sent");
    waiting_call other{io, turns, other_team};
    io.poll();
    CHECK_FALSE(other.done);
    io.run_for(std::chrono::milliseconds{60});
    CHECK(calls[1].code == "not_sent");
    turns.release(first);
    io.restart();
    io.poll();
    CHECK(other.holds);
}

}  // namespace connection_turns_test
