// How often somebody may try: registrations, and wrong API keys.
#pragma once
#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace tollgate::oauth {

// Counts per name within a span that begins with the first. Of this process only. Thread-safe.
class attempts {
public:
    attempts(std::size_t limit, std::chrono::milliseconds span) : limit_(limit), span_(span) {}

    // True while `name` has fewer than the limit.
    bool may(const std::string& name, base::timestamp now);
    void count(const std::string& name, base::timestamp now);

private:
    struct counted {
        base::timestamp since;
        std::size_t times = 0;
    };
    static constexpr std::size_t names_max = 20'000;  // then all but the running ones are forgotten

    std::size_t limit_;
    std::chrono::milliseconds span_;
    std::mutex mutex_;
    std::unordered_map<std::string, counted> names_;
};

}  // namespace tollgate::oauth
