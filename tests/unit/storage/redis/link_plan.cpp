#include "storage/redis/link_plan.hpp"

#include <catch2/catch.hpp>

namespace link_plan_test {

using namespace std::chrono_literals;
using tollgate::storage::link_plan;
using event = link_plan::event;
using step = link_plan::step;

TEST_CASE("redis link_plan: connects, greets, serves, and comes back after a loss", "[redis]") {
    link_plan plan{0, 1};
    CHECK(plan.next(event::start).what == step::connect);
    CHECK(plan.next(event::connected).what == step::greet);
    CHECK(plan.next(event::greeted).what == step::serve);
    const auto wait = plan.next(event::lost, 10s);
    CHECK(wait.what == step::wait);
    CHECK(wait.wait <= link_plan::wait_min);
    CHECK(plan.next(event::waited).what == step::connect);
}

TEST_CASE("redis link_plan: waits double up to a bound, and a sound connection resets them",
          "[redis]") {
    link_plan plan{0, 7};
    plan.next(event::start);
    auto full = link_plan::wait_min;
    for (int i = 0; i < 20; ++i) {
        const auto failed = plan.next(i % 2 == 0 ? event::connect_failed : event::greet_failed);
        CHECK(failed.what == step::wait);
        CHECK(failed.wait <= full);
        CHECK(failed.wait >= full / 2);
        full = std::min(full * 2, link_plan::wait_max);
        plan.next(event::waited);
        plan.next(event::connected);
    }
    plan.next(event::greeted);
    // One that broke at once proves nothing.
    CHECK(plan.next(event::lost, 1s).wait >= link_plan::wait_max / 2);
    plan.next(event::waited);
    plan.next(event::connected);
    plan.next(event::greeted);
    CHECK(plan.next(event::lost, link_plan::sound_after).wait <= link_plan::wait_min);
}

TEST_CASE("redis link_plan: sentinels are asked in turn, the one that knew first the next time",
          "[redis]") {
    link_plan plan{3, 1};
    auto asked = plan.next(event::start);
    CHECK(asked.what == step::locate);
    CHECK(asked.sentinel == 0);
    CHECK(plan.next(event::locate_failed).sentinel == 1);
    CHECK(plan.next(event::located).what == step::connect);
    CHECK(plan.next(event::connect_failed).what == step::wait);
    asked = plan.next(event::waited);
    CHECK(asked.sentinel == 1);
    CHECK(plan.next(event::locate_failed).sentinel == 2);
    CHECK(plan.next(event::locate_failed).sentinel == 0);
    CHECK(plan.next(event::locate_failed).what == step::wait);
}

TEST_CASE("redis link_plan: stop ends it from anywhere", "[redis]") {
    for (const auto last : {event::start, event::connected, event::greeted, event::lost}) {
        link_plan plan{0, 1};
        plan.next(event::start);
        plan.next(last);
        CHECK(plan.next(event::stop).what == step::end);
        CHECK(plan.next(event::waited).what == step::end);
    }
}

}  // namespace link_plan_test
