#include "base/deadlines.hpp"

#include <boost/asio/steady_timer.hpp>

#include <catch2/catch.hpp>

#include <memory>

#include "tests/support/drained_loop.hpp"

namespace deadlines_test {

using namespace std::chrono_literals;
using namespace tollgate;

struct counted_entry : base::deadline_entry {
    int passed = 0;
    void deadline_passed() noexcept override { ++passed; }
};

TEST_CASE("deadline_set: an entry is told once that its deadline has passed") {
    test::drained_loop io;
    base::deadline_set deadlines{io.get_executor(), 1ms};
    counted_entry due;
    counted_entry later;
    deadlines.add(due);
    deadlines.add(later);
    due.expire_after(0ms);
    later.expire_after(1h);
    while (due.passed == 0) io.run_one();
    for (int sweeps = 0; sweeps < 5; ++sweeps) io.run_one();
    CHECK(due.passed == 1);
    CHECK(later.passed == 0);
}

// Takes the set it is given away when its own deadline has passed.
struct end_of_other : base::deadline_entry {
    end_of_other(std::unique_ptr<base::deadline_set>& set, int& calls) : other(set), count(calls) {}
    void deadline_passed() noexcept override {
        ++count;
        other.reset();
    }
    std::unique_ptr<base::deadline_set>& other;
    int& count;
};

// Both timers have expired, so the second handler is in the queue with success when its set goes:
// nothing can cancel it anymore.
TEST_CASE("deadline_set: a set that is gone is not touched by its timer that expired") {
    test::drained_loop io;
    auto one = std::make_unique<base::deadline_set>(io.get_executor(), 0ms);
    auto two = std::make_unique<base::deadline_set>(io.get_executor(), 0ms);
    int count = 0;
    end_of_other of_one{two, count};
    end_of_other of_two{one, count};
    one->add(of_one);
    two->add(of_two);
    of_one.expire_after(0ms);
    of_two.expire_after(0ms);
    for (int handlers = 0; handlers < 5; ++handlers) io.run_one();
    CHECK(count == 1);
}

TEST_CASE("deadline_set: a set that is gone is not touched by its timer that was cancelled") {
    test::drained_loop io;
    auto deadlines = std::make_unique<base::deadline_set>(io.get_executor(), 1h);
    {
        counted_entry entry;
        deadlines->add(entry);
    }
    deadlines.reset();
    CHECK(io.run() == 1);
}

TEST_CASE("drained_loop: a timer that nobody ends fails the test", "[!shouldfail]") {
    test::drained_loop io;
    const auto left = std::make_shared<boost::asio::steady_timer>(io, 1h);
    left->async_wait([left](boost::system::error_code) {});
    CHECK(left.use_count() == 2);
}

}  // namespace deadlines_test
