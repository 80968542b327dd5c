#include "server/app/lifecycle.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <csignal>

#include "server/app/served_tls.hpp"
#include "server/app/worker_loop.hpp"

namespace tollgate::server {

namespace {

base::awaitable<> nothing() {
    co_return;
}

}  // namespace

loop& lifecycle::first() const {
    return of_.loops.front().own();
}

void lifecycle::watch_signals() {
    signals_.emplace(first().io, SIGTERM, SIGINT);
    await_end();
    hangup_.emplace(first().io, SIGHUP);
    await_hangup();
}

// The first signal begins the shutdown; a second one skips the delay.
void lifecycle::await_end() {
    signals_->async_wait([this](boost::system::error_code error, int) {
        if (error) return;
        if (delay_) {
            delay_->cancel();
            return;
        }
        leave();
        if (delay_) await_end();
    });
}

void lifecycle::await_hangup() {
    hangup_->async_wait([this](boost::system::error_code error, int) {
        if (error) return;
        of_.tls.reload();
        await_hangup();
    });
}

void lifecycle::start() {
    of_.ready = true;
    for (auto& one : of_.loops) one.start();
    if (stop_early_) boost::asio::post(first().io, [this] { leave(); });
}

void lifecycle::wait() {
    for (auto& one : of_.loops) one.join();
    // From now on, another SIGTERM must not kill a process that is ending cleanly.
    signals_.reset();
    std::signal(SIGTERM, SIG_IGN);
    std::signal(SIGINT, SIG_IGN);
    of_.log.info("stopped");
}

// Runs on the first loop's thread. From now on /readyz reports not ready; during the delay
// everything else continues, so that load balancers stop sending requests before any is refused.
void lifecycle::leave() {
    if (!of_.ready.exchange(false)) {
        stop_early_ = true;  // still starting: start() calls leave() later
        return;
    }
    const auto span = of_.settings.timeouts.drain_delay.span;
    if (span.count() == 0) return drain();
    of_.log.info("leaving", {{"delay_ms", std::int64_t{span.count()}}});
    delay_.emplace(first().io, span);
    delay_->async_wait([this](boost::system::error_code) { drain(); });
}

void lifecycle::drain() {
    of_.log.info("draining");
    boost::system::error_code ignored;
    hangup_->cancel(ignored);
    for (auto& one : of_.loops) {
        const bool is_first = &one == &of_.loops.front();
        // Not one of the loop's tasks, because it waits for them. An exception here ends the
        // process, as a bug should.
        boost::asio::co_spawn(
            one.own().io,
            one.drain(of_.settings.timeouts.drain, is_first ? of_.finish() : nothing()),
            [](std::exception_ptr bug) {
                if (bug) std::rethrow_exception(bug);
            });
    }
}

}  // namespace tollgate::server
