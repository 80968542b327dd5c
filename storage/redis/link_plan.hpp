// What a connection to Redis does next: a state machine without I/O, clock or randomness of its
// own.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace tollgate::storage {

// Locate (ask a sentinel who is master), connect, greet, serve; after a failure wait longer each
// time and begin anew. The owner performs an action and tells what became of it.
class link_plan {
public:
    enum class event : std::uint8_t {
        start,
        located,        // a sentinel named the master
        locate_failed,  // this sentinel did not
        connected,
        connect_failed,
        greeted,
        greet_failed,
        lost,  // a connection that served broke
        waited,
        stop,
    };
    enum class step : std::uint8_t { locate, connect, greet, serve, wait, end };
    struct action {
        step what = step::end;
        std::size_t sentinel = 0;           // locate: which one to ask
        std::chrono::milliseconds wait{0};  // wait: how long
    };

    // A connection that served this long was sound: the next wait is the shortest again.
    static constexpr std::chrono::milliseconds sound_after{5'000};
    static constexpr std::chrono::milliseconds wait_min{50};
    static constexpr std::chrono::milliseconds wait_max{5'000};

    // `sentinels`: how many there are to ask; 0: the address is known. `seed`: where the jitter
    // begins, so that instances do not come back in step.
    link_plan(std::size_t sentinels, std::uint64_t seed)
        : sentinels_(sentinels), random_(static_cast<std::minstd_rand::result_type>(seed)) {}

    // `served`: for event::lost, how long the connection had been serving.
    action next(event what, std::chrono::milliseconds served = {});

private:
    action begin();
    action wait();

    std::size_t sentinels_;
    std::size_t asked_ = 0;      // sentinels asked in this round
    std::size_t favourite_ = 0;  // the one that answered last
    unsigned failures_ = 0;      // since the last sound connection
    std::minstd_rand random_;
    bool stopped_ = false;
};

}  // namespace tollgate::storage
