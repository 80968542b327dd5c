// The next step of a connection to Redis: a state machine without I/O, clock or its own source of
// randomness.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace tollgate::storage {

// Locate (ask a sentinel for the master), connect, greet, serve; after a failure, wait longer each
// time and start again. The owner performs an action and reports its outcome.
class link_plan {
public:
    enum class event : std::uint8_t {
        start,
        located,        // a sentinel named the master
        locate_failed,  // this sentinel did not name it
        connected,
        connect_failed,
        greeted,
        greet_failed,
        lost,  // an established connection broke
        waited,
        stop,
    };
    enum class step : std::uint8_t { locate, connect, greet, serve, wait, end };
    struct action {
        step what = step::end;
        std::size_t sentinel = 0;           // locate: which sentinel to ask
        std::chrono::milliseconds wait{0};  // wait: how long
    };

    // A connection that has served this long resets the wait to its minimum.
    static constexpr std::chrono::milliseconds sound_after{5'000};
    static constexpr std::chrono::milliseconds wait_min{50};
    static constexpr std::chrono::milliseconds wait_max{5'000};

    // `sentinels`: how many there are to ask; 0: the address is known. `seed` starts the jitter, so
    // that instances do not reconnect together.
    link_plan(std::size_t sentinels, std::uint64_t seed)
        : sentinels_(sentinels), random_(static_cast<std::minstd_rand::result_type>(seed)) {}

    // `served`: for event::lost, how long the connection had been serving.
    action next(event what, std::chrono::milliseconds served = {});

private:
    action begin();
    action wait();

    std::size_t sentinels_;
    std::size_t asked_ = 0;           // sentinels asked in this round
    std::size_t last_answering_ = 0;  // the sentinel that answered last
    unsigned failures_ = 0;           // since the last sound connection
    std::minstd_rand random_;
    bool stopped_ = false;
};

}  // namespace tollgate::storage
