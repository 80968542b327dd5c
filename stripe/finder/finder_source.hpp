// A finder that is made while the process starts: nobody who does not search waits for it.
#pragma once
#include <atomic>
#include <optional>
#include <thread>

#include "base/async.hpp"
#include "stripe/finder/finder.hpp"

namespace tollgate::stripe {

// Makes its finder on a thread of its own, at low priority, so that the first requests come first.
// Any thread.
class finder_source {
public:
    finder_source();
    ~finder_source();  // waits until the finder is made
    finder_source(const finder_source&) = delete;
    finder_source& operator=(const finder_source&) = delete;

    // The finder, never null, which lives as long as this object. Waits until it is made without
    // blocking the loop: some 100 ms at most, right after the start. Resumes on the caller's
    // executor.
    base::awaitable<const operation_finder*> get() const;

private:
    std::optional<operation_finder> finder_;
    std::atomic<bool> made_{false};
    std::thread maker_;
};

}  // namespace tollgate::stripe
