// Waiting for what another thread does.
#pragma once
#include <chrono>
#include <functional>
#include <thread>

namespace tollgate::test {

// Checks every few milliseconds until `holds()`; false if it still does not after `limit`.
inline bool eventually(const std::function<bool()>& holds,
                       std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

// Checks every few milliseconds that `holds()` does for all of `time`; false as soon as it does
// not. For what must not happen: only time can show that it does not.
inline bool remains(const std::function<bool()>& holds, std::chrono::milliseconds time) {
    return !eventually([&] { return !holds(); }, time);
}

}  // namespace tollgate::test
