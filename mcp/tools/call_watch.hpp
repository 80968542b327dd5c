// Watches all waiting long calls of one loop, and wakes those that must end.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

// Used on one loop's thread only: that of the first call of wait().
class call_watch {
public:
    // Wakes at most `portion` calls and then pauses for a millisecond to let other requests run:
    // ten thousand streams that end at once must not block other requests.
    explicit call_watch(std::chrono::milliseconds period = std::chrono::milliseconds{50},
                        std::size_t portion = 8)
        : period_(period), portion_(portion) {}
    call_watch(const call_watch&) = delete;
    call_watch& operator=(const call_watch&) = delete;

    // Calls `act` once, on `where`, within a period after call.end() returns a reason, while this
    // object exists. `call` and the watch outlive it.
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
    // The timer's handler may run after this object is gone, and then finds this expired.
    std::shared_ptr<void> alive_ = std::make_shared<char>();
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
