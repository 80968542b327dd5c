// Compares this machine's clock with those of the database and of Redis, once a minute.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <optional>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "server/metrics/clock_offsets.hpp"

namespace tollgate::storage {
class record_store;
}  // namespace tollgate::storage

namespace tollgate::server {

class redis_services;

// Logs `clock_off` when a clock is more than 30 s away, also one that only `offsets` knows
// (Stripe's), and `clock_agrees` when none is any more.
class clock_watch {
public:
    // All of them outlive this; `redis` may be null.
    clock_watch(storage::record_store& store, redis_services* redis, const base::clock& clock,
                clock_offsets& offsets, base::logger& log)
        : store_(store), redis_(redis), clock_(clock), offsets_(offsets), log_(log) {}

    // Runs on the caller's executor until stop(); start it once.
    base::awaitable<> run();
    // Call on its executor's thread.
    void stop();

private:
    base::awaitable<> ask_database();
    base::awaitable<> ask_redis();
    void note(clock_source of, base::timestamp before, base::timestamp theirs);
    void tell();

    storage::record_store& store_;
    redis_services* const redis_;
    const base::clock& clock_;
    clock_offsets& offsets_;
    base::logger& log_;
    boost::asio::steady_timer* timer_ = nullptr;  // set while run() runs
    bool stopping_ = false;
    bool off_ = false;
};

}  // namespace tollgate::server
