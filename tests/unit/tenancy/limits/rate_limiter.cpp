#include "tenancy/limits/rate_limiter.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <thread>
#include <vector>

namespace rate_limiter_test {

using namespace tollgate;
using namespace std::chrono_literals;
using tenancy::call_rate;
using tenancy::rate_bucket;

namespace {

constexpr call_rate none{0, 0};

struct limited {
    // One call of a server, an account and a team with these rates.
    tenancy::rate_verdict operator()(call_rate server, call_rate account, call_rate team) {
        const std::array<rate_bucket, 3> buckets{
            {{"mcp_1", server}, {"ia_1", account}, {"team_1", team}}};
        return limiter.charge_now("team_1", buckets, clock.now());
    }
    tenancy::rate_verdict account(call_rate rate) { return (*this)(none, rate, none); }

    tenancy::local_rate_limiter limiter;
    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
};

}  // namespace

TEST_CASE("tenancy rate_limiter: a burst of all calls, then one each interval", "[tenancy]") {
    limited call;
    for (int left = 49; left >= 0; --left) {
        const auto verdict = call.account({50, 10});
        REQUIRE(verdict.allowed);
        CHECK(verdict.place == 1);
        CHECK(verdict.rate == call_rate{50, 10});
        CHECK(verdict.remaining == left);
        CHECK(verdict.reset == 200ms * (50 - left));
    }
    const auto full = call.account({50, 10});
    CHECK_FALSE(full.allowed);
    CHECK(full.remaining == 0);
    CHECK(full.reset == 200ms);
    call.clock.advance(199ms);
    CHECK(call.account({50, 10}).reset == 1ms);
    call.clock.advance(1ms);
    CHECK(call.account({50, 10}).allowed);
    CHECK_FALSE(call.account({50, 10}).allowed);
    call.clock.advance(10s);
    CHECK(call.account({50, 10}).remaining == 49);
}

TEST_CASE("tenancy rate_limiter: rates that do not divide evenly are exact", "[tenancy]") {
    for (const call_rate rate : {call_rate{3, 10}, call_rate{7, 1}, call_rate{99'999, 1},
                                 call_rate{1, 3600}, call_rate{100'000, 3600}}) {
        INFO(rate.calls << " in " << rate.seconds);
        limited call;
        std::uint32_t taken = 0;
        while (call.account(rate).allowed) ++taken;
        CHECK(taken == rate.calls);
        // A whole period later there is room for as many, and for no more.
        call.clock.advance(std::chrono::seconds{rate.seconds} + 1ms);
        for (taken = 0; call.account(rate).allowed;) ++taken;
        CHECK(taken == rate.calls);
    }
}

TEST_CASE("tenancy rate_limiter: a refusal by one bucket charges none", "[tenancy]") {
    limited call;
    const call_rate server{2, 10};
    const call_rate account{3, 10};
    const call_rate team{5, 10};
    CHECK(call(server, account, team).remaining == 1);
    CHECK(call(server, account, team).remaining == 0);
    for (int i = 0; i < 100; ++i) {
        const auto refused = call(server, account, team);
        REQUIRE_FALSE(refused.allowed);
        CHECK(refused.place == 0);
        CHECK(refused.reset == 5s);
    }
    CHECK(call(none, account, team).allowed);
    const auto of_account = call(none, account, team);
    CHECK_FALSE(of_account.allowed);
    CHECK(of_account.place == 1);
    CHECK(call(none, none, team).remaining == 1);
    CHECK(call(none, none, team).remaining == 0);
    CHECK(call(none, none, team).place == 2);
    // Of several full buckets the one that is full for longest answers.
    const auto all = call(server, account, team);
    CHECK(all.place == 0);
    CHECK(all.reset == 5s);
}

TEST_CASE("tenancy rate_limiter: without limits nothing is kept", "[tenancy]") {
    limited call;
    for (int i = 0; i < 1000; ++i) REQUIRE(call(none, none, none).allowed);
    CHECK(call(none, none, none).rate.calls == 0);
    CHECK(call.limiter.size() == 0);
}

TEST_CASE("tenancy rate_limiter: a changed rate holds at once", "[tenancy]") {
    limited call;
    for (int i = 0; i < 50; ++i) REQUIRE(call.account({50, 10}).allowed);
    // From ten seconds to one: no longer full than the new period.
    CHECK(call.account({50, 1}).reset == 20ms);
    call.clock.advance(1s);
    CHECK(call.account({50, 1}).remaining == 49);
}

TEST_CASE("tenancy rate_limiter: a clock set back fills no bucket for long", "[tenancy]") {
    limited call;
    for (int i = 0; i < 5; ++i) REQUIRE(call.account({5, 10}).allowed);
    call.clock.advance(-24h);
    CHECK(call.account({5, 10}).reset == 2s);
    call.clock.advance(10s);
    CHECK(call.account({5, 10}).allowed);
}

TEST_CASE("tenancy rate_limiter: memory is bounded and empty buckets go", "[tenancy]") {
    tenancy::local_rate_limiter limiter;
    const auto start = base::from_unix_ms(1'800'000'000'000);
    const auto charge = [&](std::size_t i, base::timestamp now) {
        const std::string id = "ia_" + std::to_string(i);
        const std::array<rate_bucket, 1> buckets{{{id, {1, 10}}}};
        return limiter.charge_now("team_1", buckets, now).allowed;
    };
    const auto bound = tenancy::local_rate_limiter::buckets_of_shard_max;
    for (std::size_t i = 0; i < bound + 100; ++i)
        REQUIRE(charge(i, start + std::chrono::milliseconds{i / 8}));
    CHECK(limiter.size() == bound);
    // The newest are still full, the ones nearest to empty were forgotten.
    CHECK_FALSE(charge(bound + 99, start + 1s));
    CHECK(charge(0, start + 1s));
    // Much later all are empty: a new one clears them away.
    CHECK(charge(1'000'000, start + 60s));
    CHECK(limiter.size() == 1);
}

TEST_CASE("tenancy rate_limiter: threads take exactly what there is", "[tenancy]") {
    tenancy::local_rate_limiter limiter;
    const auto now = base::from_unix_ms(1'800'000'000'000);
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            const std::string server = "mcp_" + std::to_string(t);
            const std::array<rate_bucket, 3> buckets{
                {{server, {700, 10}}, {"ia_1", {1'000, 10}}, {"team_1", {5'000, 10}}}};
            for (int i = 0; i < 2'000; ++i)
                if (limiter.charge_now("team_1", buckets, now).allowed) ++taken;
        });
    for (auto& one : threads) one.join();
    CHECK(taken == 1'000);
    const std::array<rate_bucket, 1> team{{{"team_1", {5'000, 10}}}};
    CHECK(limiter.charge_now("team_1", team, now).remaining == 3'999);
}

TEST_CASE("tenancy rate_limiter: a charge of three known buckets is cheap", "[tenancy]") {
    limited call;
    constexpr int calls = 200'000;
    std::int64_t allowed = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) {
        if (i % 1'000 == 0) call.clock.advance(10s);
        allowed += call({1'000, 10}, {2'000, 10}, {4'000, 10}).allowed;
    }
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(allowed == calls);
    const auto each = std::chrono::nanoseconds{took}.count() / calls;
    std::cout << "rate_limiter: " << each << " ns a charge of three buckets\n";
    CHECK(each < 20'000);  // an order of magnitude above a slow machine under a sanitizer
}

}  // namespace rate_limiter_test
