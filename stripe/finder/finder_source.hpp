// A finder that is built while the process starts. Only searches wait for it.
#pragma once
#include <atomic>
#include <optional>
#include <thread>

#include "base/async.hpp"
#include "stripe/finder/finder.hpp"

namespace tollgate::stripe {

// Builds its finder on a thread of its own, at low priority, so that it does not delay the first
// requests. May be used from any thread.
class finder_source {
public:
    finder_source();
    ~finder_source();  // waits until the finder is built
    finder_source(const finder_source&) = delete;
    finder_source& operator=(const finder_source&) = delete;

    // Returns the finder, never null, which lives as long as this object. Right after the start,
    // waits until it is built (a few hundred milliseconds at most), without blocking the loop.
    // Resumes on the caller's executor.
    base::awaitable<const operation_finder*> get() const;

private:
    std::optional<operation_finder> finder_;
    std::atomic<bool> made_{false};
    std::thread maker_;
};

}  // namespace tollgate::stripe
