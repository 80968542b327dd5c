#include "server/app/clock_watch.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstdint>

#include "base/pause.hpp"
#include "server/cluster/redis.hpp"
#include "storage/record_store.hpp"

namespace tollgate::server {

namespace {

constexpr std::chrono::minutes between_clock_checks{1};
// An answer that took longer says too little about the time at which it was given.
constexpr std::chrono::seconds clock_answer_max{5};

}  // namespace

base::awaitable<> clock_watch::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor};
    timer_ = &timer;
    while (!stopping_) {
        co_await ask_database();
        if (redis_ != nullptr) co_await ask_redis();
        tell();
        if (!stopping_) co_await base::pause(timer, between_clock_checks);
    }
    timer_ = nullptr;
}

void clock_watch::stop() {
    stopping_ = true;
    if (timer_ != nullptr) timer_->cancel();
}

base::awaitable<> clock_watch::ask_database() {
    const base::timestamp before = clock_.now();
    const auto theirs = co_await store_.database_time();
    if (theirs && *theirs) note(clock_source::database, before, **theirs);
}

base::awaitable<> clock_watch::ask_redis() {
    const base::timestamp before = clock_.now();
    const auto theirs = co_await redis_->time();
    if (theirs) note(clock_source::redis, before, *theirs);
}

// The other clock was read about halfway between the question and its answer.
void clock_watch::note(clock_source of, base::timestamp before, base::timestamp theirs) {
    const auto took = clock_.now() - before;
    if (took < took.zero() || took > clock_answer_max) return;
    offsets_.note(of, before + took / 2 - theirs);
}

void clock_watch::tell() {
    const auto far = offsets_.beyond();
    if (far)
        log_.warning("clock_off",
                     {{"compared_with", to_string(far->source)},
                      {"seconds_ahead",
                       std::int64_t{std::chrono::round<std::chrono::seconds>(far->ahead).count()}},
                      {"reason",
                       "one-time codes, tokens and idempotency keys depend on the time: let the "
                       "machine set its clock by NTP"}});
    else if (off_)
        log_.info("clock_agrees", {});
    off_ = far.has_value();
}

}  // namespace tollgate::server
