// What instances say to each other through Redis, against a real server.
#include "tenancy/changes/redis_bus.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace bus_test {

using namespace std::chrono_literals;
using namespace tollgate;
using namespace tollgate::tenancy;

TEST_CASE("redis bus: a subscriber receives messages of others, again after Redis was away",
          "[redis]") {
    test::tenancy_fixture t;
    test::redis_server redis;
    test::drained_loop io;
    base::null_logger log;
    base::deadline_set deadlines{io.get_executor()};
    base::task_group tasks{io.get_executor(), log};
    auto options = *storage::parse_redis_url(redis.url());
    options.command_timeout = 300ms;
    storage::redis_links links{options, {}, log};
    std::vector<std::string> received;
    redis_bus bus{links, tasks, t.registry->changes(),
                  [&](std::string_view word, std::string_view about) {
                      received.push_back(std::string(word) + "|" + std::string(about));
                  }};
    int deliveries = 0;
    auto& link = links.add(io.get_executor(), deadlines);
    auto& ear = links.listen(io.get_executor(), deadlines, bus_channel, [&](std::string_view word) {
        ++deliveries;
        bus.receive(word);
    });
    tasks.spawn("link", link.run());
    tasks.spawn("ear", ear.run());
    const auto until = [&](const auto& done) {
        const auto end = std::chrono::steady_clock::now() + 15s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io.run_one_for(20ms);
        return done();
    };
    REQUIRE(until([&] { return links.up(); }));
    bus.raise();
    bus.send("cancel", R"(mcp_a "id with space")");
    bus.send("cancel", std::string(redis_bus::message_bytes_max, '1'));  // too long
    REQUIRE(until([&] { return deliveries == 2; }));
    CHECK(received == std::vector<std::string>{R"(cancel|mcp_a "id with space")"});
    redis.kill();
    REQUIRE(until([&] { return !link.up() && !ear.up(); }));
    bus.raise();  // heard by nobody
    redis.start();
    REQUIRE(until([&] { return links.up(); }));
    bus.send("ended", "7");
    REQUIRE(until([&] { return received.size() == 2; }));
    CHECK(received.back() == "ended|7");
    bus.receive("");
    bus.receive("cancel");
    CHECK(received.size() == 2);
    link.stop();
    ear.stop();
    CHECK(until([&] { return tasks.size() == 0; }));
}

}  // namespace bus_test
