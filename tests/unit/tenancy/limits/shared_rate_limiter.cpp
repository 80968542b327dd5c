#include "tenancy/limits/shared_rate_limiter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_sync.hpp"

namespace shared_rate_limiter_test {

using namespace std::chrono_literals;
using namespace tollgate;
using tenancy::call_rate;
using tenancy::rate_bucket;
using tenancy::rate_verdict;

namespace {

const std::array<const storage::redis_script*, 1> scripts{&tenancy::rate_script};

// One instance: a loop, its link, its limiter.
struct instance {
    explicit instance(const std::string& url) : links(options_of(url), scripts, log) {
        link = &links.add(io.get_executor(), deadlines);
        boost::asio::co_spawn(io, link->run(), [this](std::exception_ptr error) {
            ended = true;
            test::rethrow(error);
        });
    }
    ~instance() {
        link->stop();
        until([&] { return ended; });
    }
    static storage::redis_options options_of(const std::string& url) {
        auto out = *storage::parse_redis_url(url);
        out.command_timeout = 300ms;
        return out;
    }
    template <typename Done>
    bool until(const Done& done) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io.run_one_for(20ms);
        return done();
    }
    rate_verdict call(call_rate server, call_rate account) {
        const std::array<rate_bucket, 2> buckets{{{"mcp_1", server}, {"ia_1", account}}};
        std::optional<rate_verdict> out;
        boost::asio::co_spawn(
            io, limiter.charge("team_1", buckets, base::from_unix_ms(1'800'000'000'000)),
            [&](std::exception_ptr error, const rate_verdict& verdict) {
                test::rethrow(error);
                out = verdict;
            });
        until([&] { return out.has_value(); });
        REQUIRE(out.has_value());
        return *out;
    }

    test::drained_loop io;
    base::null_logger log;
    base::deadline_set deadlines{io.get_executor(), 20ms};
    storage::redis_links links;
    tenancy::local_rate_limiter alone;
    tenancy::shared_rate_limiter limiter{links, alone};
    storage::redis_link* link = nullptr;
    bool ended = false;
};

constexpr call_rate none{0, 0};

}  // namespace

TEST_CASE("redis rate_limiter: two instances share one bucket", "[redis]") {
    test::redis_server server;
    instance one{server.url()};
    instance two{server.url()};
    REQUIRE(one.until([&] { return one.links.up(); }));
    REQUIRE(two.until([&] { return two.links.up(); }));
    const call_rate rate{10, 100};
    int allowed = 0;
    for (int i = 0; i < 10; ++i) {
        const auto first = one.call(none, rate);
        const auto second = two.call(none, rate);
        allowed += first.allowed + second.allowed;
        if (i == 0) {
            CHECK(first.remaining == 9);
            CHECK(second.remaining == 8);
            CHECK(second.place == 1);
            CHECK(second.reset > 19s);
            CHECK(second.reset <= 20s);
        }
    }
    CHECK(allowed == 10);
    const auto refused = two.call(none, rate);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.reset <= 10s);
    CHECK(refused.reset > 8s);
    // Nothing of it was counted in the processes.
    CHECK(one.alone.size() + two.alone.size() == 0);
}

TEST_CASE("redis rate_limiter: a refusal by one bucket charges none, and room comes back",
          "[redis]") {
    test::redis_server server;
    instance here{server.url()};
    REQUIRE(here.until([&] { return here.links.up(); }));
    const call_rate narrow{1, 1};
    const call_rate wide{5, 100};
    CHECK(here.call(narrow, wide).allowed);
    for (int i = 0; i < 10; ++i) {
        const auto refused = here.call(narrow, wide);
        CHECK_FALSE(refused.allowed);
        CHECK(refused.place == 0);
    }
    CHECK(here.call(none, wide).remaining == 3);
    const auto began = std::chrono::steady_clock::now();
    here.until([&] { return std::chrono::steady_clock::now() - began > 1010ms; });
    CHECK(here.call(narrow, none).allowed);
}

TEST_CASE("redis rate_limiter: while Redis is away the instance counts for itself", "[redis]") {
    test::redis_server server;
    instance here{server.url()};
    REQUIRE(here.until([&] { return here.links.up(); }));
    const call_rate rate{2, 100};
    CHECK(here.call(none, rate).allowed);
    server.pause();
    // The first one waits for the reply that does not come.
    CHECK(here.call(none, rate).remaining == 1);
    CHECK(here.call(none, rate).allowed);
    CHECK_FALSE(here.call(none, rate).allowed);
    server.resume();
    REQUIRE(here.until([&] { return here.links.up(); }));
    const auto shared = here.call(none, rate);
    CHECK(shared.place == 1);
    CHECK(shared.remaining <= 1);
}

TEST_CASE("redis rate_limiter: a rate that got narrower holds at once", "[redis]") {
    test::redis_server server;
    instance here{server.url()};
    REQUIRE(here.until([&] { return here.links.up(); }));
    for (int i = 0; i < 50; ++i) CHECK(here.call(none, {100, 100}).allowed);
    const auto refused = here.call(none, {2, 10});
    CHECK_FALSE(refused.allowed);
    CHECK(refused.reset <= 5s);
}

}  // namespace shared_rate_limiter_test
