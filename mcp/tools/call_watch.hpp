// The long calls of one loop that wait for something, looked at together: who is to end is woken,
// however long it would have waited.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <optional>

#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

// Touched on one loop's thread only, which is that of the first call of wait().
class call_watch {
public:
    // Wakes `portion` calls at most and then does nothing for a millisecond, which is other
    // requests' time: ten thousand streams that end at once must not stop everybody else.
    explicit call_watch(std::chrono::milliseconds period = std::chrono::milliseconds{50},
                        std::size_t portion = 8)
        : period_(period), portion_(portion) {}
    call_watch(const call_watch&) = delete;
    call_watch& operator=(const call_watch&) = delete;

    // Has `act` called once, on `where`, soon after call.end() is no longer none, a period late at
    // most, for as long as this object lives. `call` and the watch live longer.
    class hook;

    // Resumes when a hook would act, or when it is cancelled. `call` lives until then.
    base::awaitable<> wait(call_monitor& call);

    std::size_t waiting() const { return waiting_.size(); }

private:
    struct waiter {
        call_monitor& call;
        std::function<void()> act;
        bool woken = false;
    };
    using place = std::list<waiter>::iterator;

    void look_later(std::chrono::milliseconds pause);
    void look();

    const std::chrono::milliseconds period_;
    const std::size_t portion_;
    std::list<waiter> waiting_;
    std::optional<boost::asio::steady_timer> next_look_;
    bool planned_ = false;
};

class call_watch::hook {
public:
    hook(call_watch& watch, call_monitor& call, const base::executor& where,
         std::function<void()> act);
    ~hook() { watch_.waiting_.erase(here_); }
    hook(const hook&) = delete;
    hook& operator=(const hook&) = delete;

private:
    call_watch& watch_;
    const place here_;
};

}  // namespace tollgate::mcp
