// Limits on wrong API keys, and on log lines about registrations.
#pragma once
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace tollgate::oauth {

// Counts attempts per name within a time span that begins with the first attempt. For this process
// only. Thread-safe.
class attempts {
public:
    attempts(std::size_t limit, std::chrono::milliseconds span) : limit_(limit), span_(span) {}

    // True while `name` is below the limit.
    bool may(const std::string& name, base::timestamp now);
    void count(const std::string& name, base::timestamp now);

private:
    struct counted {
        base::timestamp since;
        std::size_t times = 0;
    };
    static constexpr std::size_t names_max = 20'000;  // beyond it, expired names are forgotten, or
                                                      // else all

    std::size_t limit_;
    std::chrono::milliseconds span_;
    std::mutex mutex_;
    std::unordered_map<std::string, counted> names_;
};

// Slows down attempts beyond the limit: each waits for a while, and only a few run at a time. For
// this process only. Thread-safe.
class slow_lane {
public:
    static constexpr std::chrono::milliseconds pause{2'000};
    static constexpr int places = 50;

    // Takes a place for the lifetime of this object if `needed`. refused() is true if all places
    // are taken.
    class place {
    public:
        place(slow_lane& lane, bool needed) : lane_(lane), needed_(needed) {
            if (needed_) refused_ = lane_.taken_.fetch_add(1) >= places;
        }
        ~place() {
            if (needed_) lane_.taken_.fetch_sub(1);
        }
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        bool needed() const { return needed_; }
        bool refused() const { return refused_; }

    private:
        slow_lane& lane_;
        bool needed_;
        bool refused_ = false;
    };

private:
    std::atomic<int> taken_{0};
};

}  // namespace tollgate::oauth
