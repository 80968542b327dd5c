#include "mcp/tools/cancellations.hpp"

#include <catch2/catch.hpp>

namespace cancellations_test {

using namespace tollgate::mcp;

namespace {

const call_name first{"mcp_a", "old", "1"};
const call_name second{"mcp_a", "new", "1"};
const call_name third{"mcp_a", "new", "2"};
const call_name other{"mcp_ab", "old", "1"};

struct fixture {
    cancellations running;
    cancellations::flag one = running.enter(first);
    cancellations::flag two = running.enter(second);
    cancellations::flag three = running.enter(third);
    cancellations::flag elsewhere = running.enter(other);
};

}  // namespace

TEST_CASE("cancellations: a client's message ends the call of that id, with any token", "[mcp]") {
    fixture t;
    t.running.cancel("mcp_a", "1");
    CHECK(*t.one == call_end::cancelled);
    CHECK(*t.two == call_end::cancelled);
    CHECK(*t.three == call_end::none);
    CHECK(*t.elsewhere == call_end::none);
}

TEST_CASE("cancellations: a server that is no more ends all its calls, and only its", "[mcp]") {
    fixture t;
    t.running.sever("mcp_a");
    CHECK(*t.one == call_end::severed);
    CHECK(*t.two == call_end::severed);
    CHECK(*t.three == call_end::severed);
    CHECK(*t.elsewhere == call_end::none);
}

TEST_CASE("cancellations: a token that is no more ends what it opened", "[mcp]") {
    fixture t;
    t.running.sever("mcp_a", "old");
    CHECK(*t.one == call_end::severed);
    CHECK(*t.two == call_end::none);
    CHECK(*t.elsewhere == call_end::none);
}

TEST_CASE("cancellations: calls of one name share a flag until the last has left", "[mcp]") {
    fixture t;
    CHECK(t.running.enter(first) == t.one);
    t.running.leave(first);
    t.running.sever("mcp_a");
    CHECK(*t.one == call_end::severed);
    t.running.leave(first);
    CHECK(*t.running.enter(first) == call_end::none);
}

// It may run on another instance, which is told; one that runs here is nobody else's business.
TEST_CASE("cancellations: a call that does not run here is passed on", "[mcp]") {
    cancellations running;
    std::vector<std::string> notified;
    running.relay_with([&](const std::string& server, const std::string& id) {
        notified.push_back(server + "|" + id);
    });
    const call_name call{"mcp_a", "d", "1"};
    const auto flag = running.enter(call);
    running.cancel("mcp_a", "1");
    CHECK(notified.empty());
    CHECK(flag->load() == call_end::cancelled);
    running.cancel("mcp_a", "2");
    CHECK(notified == std::vector<std::string>{"mcp_a|2"});
    CHECK_FALSE(running.cancel_here("mcp_a", "2"));  // what was passed on goes no further
    CHECK(notified.size() == 1);
    running.leave(call);
}

}  // namespace cancellations_test
