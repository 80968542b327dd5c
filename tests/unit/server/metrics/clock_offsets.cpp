// How far the clock is from others: what is too old is in no metric and raises no alarm.
#include "server/metrics/clock_offsets.hpp"

#include <catch2/catch.hpp>
#include <prometheus/registry.h>

namespace clock_offsets_test {

using namespace tollgate::server;
using namespace std::chrono_literals;

namespace {

std::size_t gauges_in(prometheus::Registry& registry) {
    std::size_t out = 0;
    for (const auto& family : registry.Collect()) out += family.metric.size();
    return out;
}

}  // namespace

TEST_CASE("clock offsets: the largest beyond the limit is told, and its metric is there",
          "[server]") {
    prometheus::Registry registry;
    clock_offsets offsets{registry};
    offsets.note(clock_source::redis, 20s);
    CHECK_FALSE(offsets.beyond());
    offsets.note(clock_source::database, -31s);
    offsets.note(clock_source::stripe, 40s);
    REQUIRE(offsets.beyond());
    CHECK(offsets.beyond()->source == clock_source::stripe);
    CHECK(gauges_in(registry) == 3);
}

TEST_CASE("clock offsets: what was measured too long ago leaves the metric, until it is measured",
          "[server]") {
    prometheus::Registry registry;
    clock_offsets offsets{registry, -1s};  // everything is too old at once
    offsets.note(clock_source::stripe, 90s);
    CHECK(gauges_in(registry) == 1);
    CHECK_FALSE(offsets.beyond());
    CHECK(gauges_in(registry) == 0);
    offsets.note(clock_source::stripe, 80s);
    CHECK(gauges_in(registry) == 1);
}

}  // namespace clock_offsets_test
