#include "tenancy/work/delivery_worker.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/crash_point.hpp"
#include "base/json_text.hpp"
#include "storage/changes/audit_delivery.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::audit_delivery_row;

constexpr std::size_t error_bytes_max = 300;

// True if other logs may still be sent.
bool concerns_one_log(const base::failure& why) {
    return why.code == delivery_refused || why.kind == base::errc::corrupt;
}

}  // namespace

milliseconds retry_pause(const delivery_rules& rules, std::int64_t failures) {
    milliseconds out = rules.retry_first;
    for (std::int64_t i = 1; i < failures && out < rules.retry_longest; ++i) out *= 2;
    return std::min(out, rules.retry_longest);
}

// True if this instance may send for at least half the duration of a hold.
awaitable<bool> delivery_worker::hold() {
    const auto began = steady_clock::now();
    if (holds_ && began - held_at_ < rules_.hold / 2) co_return true;
    holds_ = false;
    const base::timestamp now = env_.clock.now();
    const auto held = std::make_shared<bool>(false);
    std::vector<storage::change> changes{
        storage::hold_delivery{destination_, holder_, now, now + rules_.hold, held}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    holds_ = stored && *held;
    held_at_ = began;
    co_return holds_;
}

awaitable<> delivery_worker::release_delivery() {
    if (!holds_) co_return;
    holds_ = false;
    std::vector<storage::change> changes{storage::drop_delivery{destination_, holder_}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored)
        env_.log.warning("audit_delivery_not_released",
                         {{"destination", destination_}, {"reason", stored.error().message}});
}

awaitable<> delivery_worker::measure() {
    const auto now = steady_clock::now();
    const bool early =
        measured_at_ != steady_clock::time_point{} && now - measured_at_ < rules_.measure_every;
    if (watch_ == nullptr || early) co_return;
    std::string every_team;
    const auto sum = co_await env_.store.sum_deliveries(destination_, std::move(every_team));
    if (!sum) co_return;
    measured_at_ = now;
    const milliseconds lag =
        sum->oldest ? std::max(env_.clock.now() - *sum->oldest, milliseconds{0}) : milliseconds{0};
    watch_->delivery_measured(destination_, *sum, lag);
}

awaitable<> delivery_worker::note_failure(const audit_delivery_row& log, std::int64_t to,
                                          const base::failure& why) {
    if (watch_ != nullptr) watch_->delivery_failed(destination_);
    const base::timestamp now = env_.clock.now();
    if (!concerns_one_log(why)) paused_until_ = now + retry_pause(rules_, ++failures_);
    const milliseconds pause = retry_pause(rules_, log.failures + 1);
    env_.log.warning("audit_delivery_failed", {{"destination", destination_},
                                               {"team", log.team_id},
                                               {"position", log.position},
                                               {"failures", log.failures + 1},
                                               {"retry_ms", std::int64_t{pause.count()}},
                                               {"reason", why.message}});
    std::string error{base::clipped_text(why.message, error_bytes_max)};
    std::vector<storage::change> changes{storage::fail_delivery{
        destination_, holder_, log.team_id, log.position, to, now, now + pause, std::move(error)}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) holds_ = false;  // asks again before the next attempt
}

awaitable<base::result<>> delivery_worker::advance(const audit_delivery_row& log,
                                                   const send_attempt& attempt) {
    std::optional<base::timestamp> acknowledged;
    if (!attempt.removed) acknowledged = env_.clock.now();
    std::vector<storage::change> changes{storage::advance_delivery{
        destination_, holder_, log.team_id, log.position, attempt.to, acknowledged}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (stored && attempt.removed)
        env_.log.warning("audit_delivery_records_removed",
                         {{"destination", destination_},
                          {"team", log.team_id},
                          {"position", log.position},
                          {"kept_from", attempt.to},
                          {"reason",
                           "the team's audit_retention_days removed these records; they are not "
                           "sent"}});
    co_return stored;
}

// False if nothing may be sent to the destination for a while.
awaitable<bool> delivery_worker::send(const audit_delivery_row& log) {
    base::crash_point("delivery.before_send");
    const send_attempt attempt = co_await sender_->send(log);
    base::crash_point("delivery.after_send");
    if (!attempt.outcome) {
        const base::failure& why = attempt.outcome.error();
        co_await note_failure(log, attempt.to, why);
        co_return concerns_one_log(why);
    }
    if (!attempt.removed) {
        failures_ = 0;
        if (log.failures > 0)
            env_.log.info("audit_delivery_resumed",
                          {{"destination", destination_}, {"team", log.team_id}});
    }
    const auto stored = co_await advance(log, attempt);
    base::crash_point("delivery.after_note");
    if (stored) co_return true;
    // The batch will be sent again by whichever instance may send now.
    holds_ = false;
    env_.log.warning(
        "audit_delivery_not_noted",
        {{"destination", destination_}, {"team", log.team_id}, {"reason", stored.error().message}});
    co_return stored.error().kind == base::errc::conflict;
}

bool delivery_worker::is_paused() {
    if (again_.exchange(false)) return false;
    const milliseconds rest = paused_until_ - env_.clock.now();
    return failures_ > 0 && rest > milliseconds{0} &&
           rest <= rules_.retry_longest;  // longer: a clock was set back
}

awaitable<bool> delivery_worker::work_once() {
    co_await measure();
    if (is_paused()) co_return false;
    // An instance holds the lease only while it is in the list of instances. Holds of an instance
    // that is not in the list are taken over.
    if (rules_.shared && !env_.lease->holds()) co_return false;
    const auto due = sender_->due(env_.clock.now());
    const auto logs = co_await env_.store.list_deliveries_due(destination_, due);
    if (!logs) co_return false;
    for (const audit_delivery_row& log : *logs) {
        if (stopping_) co_return false;
        const bool may = co_await hold();
        if (!may) co_return false;
        const bool has_more = co_await send(log);
        if (!has_more) co_return false;
    }
    co_return !logs->empty();
}

// Passes are rarer on a slower machine: the pause is twenty times as long as the work, up to twenty
// times rules_.look_every.
milliseconds delivery_worker::pause(bool more, steady_clock::duration work) const {
    if (more) return milliseconds{0};
    constexpr int share = 20;
    return std::max(rules_.look_every,
                    std::min(std::chrono::duration_cast<milliseconds>(work) * share,
                             rules_.look_every * share));
}

awaitable<> delivery_worker::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    while (!stopping_) {
        const auto began = steady_clock::now();
        const bool more = co_await work_once();
        if (stopping_) break;
        const milliseconds rest = pause(more, steady_clock::now() - began);
        wake_->expires_after(rest);
        boost::system::error_code woken;  // cancelled by stop(), which ends the loop
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    co_await release_delivery();
    wake_.reset();
}

void delivery_worker::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
