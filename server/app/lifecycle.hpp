// The life of a gateway: signals, readiness, drain and end.
#pragma once
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <list>
#include <optional>

#include "base/async.hpp"
#include "base/log.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

struct loop;
class served_tls;
class worker_loop;

// The parts that a lifecycle starts and ends. References outlive it.
struct lifecycle_parts {
    const config& settings;
    std::list<worker_loop>& loops;  // not empty from watch_signals() on
    served_tls& tls;
    std::atomic<bool>& ready;  // what /readyz reports
    base::logger& log;
    std::function<base::awaitable<>()> finish;  // awaited on the first loop, before it stops
};

// Signals, timers and leave() run on the first loop. Destroy it only when no thread runs that loop
// any more: handlers that it has left there are then destroyed and never run.
class lifecycle {
public:
    explicit lifecycle(lifecycle_parts of) : of_(std::move(of)) {}
    lifecycle(const lifecycle&) = delete;
    lifecycle& operator=(const lifecycle&) = delete;

    // From now on SIGTERM and SIGINT begin the shutdown, and SIGHUP reloads the TLS files. Call
    // once, after the loops are created. A signal before start() ends the gateway after it has
    // started.
    void watch_signals();

    // Marks the gateway as ready and starts every loop's thread. Call once.
    void start();

    // Blocks until a signal has been handled and every loop has stopped. SIGTERM and SIGINT are
    // ignored afterwards.
    void wait();

private:
    loop& first() const;
    void await_end();
    void await_hangup();
    void leave();
    void drain();

    const lifecycle_parts of_;
    std::atomic<bool> stop_early_{false};
    std::optional<boost::asio::signal_set> signals_;
    std::optional<boost::asio::signal_set> hangup_;
    std::optional<boost::asio::steady_timer> delay_;
};

}  // namespace tollgate::server
