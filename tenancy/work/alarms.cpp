#include "tenancy/work/alarms.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/crash_point.hpp"
#include "base/ids.hpp"
#include "storage/changes/alarms.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using base::timestamp;
using std::chrono::milliseconds;

double by_chance() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
}

}  // namespace

std::string_view to_string(storage::alarm_kind kind) {
    return kind == storage::alarm_kind::server_expiry ? "server_expiry" : "token_expiry";
}

milliseconds retry_pause(const alarm_rules& rules, std::int64_t failures, double part) {
    constexpr std::int64_t doublings_max = 20;
    const auto doublings = std::clamp<std::int64_t>(failures - 1, 0, doublings_max);
    const auto pause =
        std::min(rules.retry_first * (std::int64_t{1} << doublings), rules.retry_longest);
    return pause +
           milliseconds{static_cast<std::int64_t>(static_cast<double>(pause.count()) * part / 2)};
}

void alarms::armed(timestamp due) {
    const std::lock_guard lock{mutex_};
    earliest_armed_ = std::min(earliest_armed_, due);
    if (due >= planned_ || !where_) return;
    boost::asio::post(*where_, [this] {
        if (wake_) wake_->cancel();
    });
}

void alarms::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

awaitable<> alarms::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    {
        const std::lock_guard lock{mutex_};
        where_ = executor;
    }
    if (!rules_.shared) co_await release_claims();
    while (!stopping_) {
        const timestamp next = co_await look();
        if (stopping_) break;
        if (next > env_.clock.now()) {
            co_await sleep_until(next);
            continue;
        }
        const std::size_t taken = co_await work_off();
        if (taken == 0) co_await sleep_until(env_.clock.now() + rules_.others_pause);
    }
    const std::lock_guard lock{mutex_};
    where_.reset();
    wake_.reset();
}

// When the next work is due. Sweeps first, if a sweep is due and no alarm is.
awaitable<timestamp> alarms::look() {
    {
        const std::lock_guard lock{mutex_};
        earliest_armed_ = timestamp::max();  // alarms announced earlier are in the store by now
    }
    if (env_.clock.now() < not_before_) co_return not_before_;
    auto next = co_await env_.store.next_alarm();
    if (!next) {
        failed(next.error());
        co_return not_before_;
    }
    const timestamp now = env_.clock.now();
    if (*next && **next <= now) co_return **next;
    if (now >= next_sweep_) {
        co_await sweep();
        co_return std::max(now, not_before_);  // process what the sweep may have found
    }
    co_return *next ? std::min(**next, next_sweep_) : next_sweep_;
}

// Sleeps until `wanted`, or until an earlier alarm is announced; at most rules.look_every, because
// another instance may add an alarm and the clock may be set.
awaitable<> alarms::sleep_until(timestamp wanted) {
    {
        const std::lock_guard lock{mutex_};
        if (earliest_armed_ < wanted) wanted = std::max(earliest_armed_, not_before_);
        planned_ = wanted;
    }
    const milliseconds pause = std::min(wanted - env_.clock.now(), rules_.look_every);
    if (pause.count() > 0 && !stopping_) {
        wake_->expires_after(pause);
        boost::system::error_code woken;
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    const std::lock_guard lock{mutex_};
    planned_ = timestamp::min();
}

alarms::claimed alarms::new_claim() const {
    const timestamp now = env_.clock.now();
    return {base::make_id("clm"), now, now + rules_.lease,
            std::make_shared<std::vector<storage::alarm_row>>()};
}

awaitable<std::size_t> alarms::work_off() {
    std::size_t taken = 0;
    auto batch = co_await take();
    while (batch && !batch->alarms->empty()) {
        taken += batch->alarms->size();
        auto next = co_await fire_and_take(*batch);
        if (!next) {
            co_await give_back(*batch, next.error());
            co_return taken;
        }
        failures_ = 0;
        batch = std::move(next);
    }
    if (!batch) failed(batch.error());
    co_return taken;
}

awaitable<result<alarms::claimed>> alarms::take() {
    claimed batch = new_claim();
    std::vector<storage::change> changes{
        storage::claim_alarms{batch.id, batch.now, batch.until, rules_.batch, batch.alarms}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    if (!batch.alarms->empty()) base::crash_point("purge.claimed");
    co_return batch;
}

// One commit for the effects of a batch and the claim of the next one, which is empty if no more
// alarms are due.
awaitable<result<alarms::claimed>> alarms::fire_and_take(const claimed& batch) {
    auto done = std::make_shared<storage::fired_alarms>();
    std::vector<storage::change> changes{
        storage::fire_alarms{batch.id, batch.now, batch.until, done, changes_.origin()}};
    claimed next = new_claim();
    const bool more = std::ssize(*batch.alarms) == rules_.batch && !stopping_;
    if (more)
        changes.emplace_back(
            storage::claim_alarms{next.id, next.now, next.until, rules_.batch, next.alarms});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    base::crash_point("purge.after_commit");
    report(batch, *done);
    co_return next;
}

void alarms::report(const claimed& batch, const storage::fired_alarms& done) {
    grants_.servers_changed(done.servers, server_change::expired);
    grants_.tokens_ended(done.tokens);
    if (!done.servers.empty() || !done.tokens.empty()) changes_.notify_instances();
    std::unordered_map<std::string_view, std::string_view> teams;
    for (const auto& alarm : *batch.alarms) teams.emplace(alarm.subject, alarm.team_id);
    for (const std::string& id : done.servers)
        env_.log.info("server_expired", {{"team", teams[id]}, {"server", id}});
    for (const auto& token : done.tokens)
        env_.log.info("token_expired",
                      {{"team", teams[token.server_id]}, {"server", token.server_id}});
    if (watch_ == nullptr) return;
    const timestamp now = env_.clock.now();
    for (const auto& alarm : *batch.alarms) watch_->alarm_fired(alarm.kind, now - alarm.due_at);
}

// The outcome of the batch is unknown. If the alarms cannot be released either, their lease
// expires.
awaitable<> alarms::give_back(const claimed& batch, const base::failure& why) {
    failed(why);
    std::vector<std::string> servers;
    std::vector<storage::change> changes;
    const timestamp now = env_.clock.now();
    for (const auto& alarm : *batch.alarms) {
        servers.push_back(alarm.subject);
        changes.emplace_back(storage::postpone_alarm{
            batch.id, alarm, now + retry_pause(rules_, alarm.attempts, by_chance())});
        if (watch_ != nullptr) watch_->alarm_retried(alarm.kind);
    }
    // In any case, because reading the store again is always safe.
    grants_.servers_changed(servers, server_change::changed);
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) env_.log.warning("alarms_not_given_back", {{"reason", stored.error().message}});
}

// No other instance works on this store: the claims' owner was killed.
awaitable<> alarms::release_claims() {
    const timestamp now = env_.clock.now();
    std::vector<storage::change> changes{storage::release_alarms{now, now + rules_.lease}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) failed(stored.error());  // their lease then expires
}

awaitable<> alarms::sweep() {
    auto armed = std::make_shared<std::int64_t>(0);
    std::vector<storage::change> changes{storage::arm_missing_alarms{env_.clock.now(), armed}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) {
        failed(stored.error());
        co_return;
    }
    if (*armed > 0) base::crash_point("rearm.after_commit");
    next_sweep_ = env_.clock.now() + rules_.sweep_every;
    if (*armed > 0) env_.log.warning("alarms_were_missing", {{"count", *armed}});
    if (watch_ == nullptr) co_return;
    auto counts = co_await env_.store.count_rows();
    if (counts) watch_->rows_counted(*counts);
}

void alarms::failed(const base::failure& why) {
    ++failures_;
    not_before_ = env_.clock.now() + retry_pause(rules_, failures_, by_chance());
    env_.log.warning("alarms_failed", {{"reason", why.message}, {"failures", failures_}});
}

}  // namespace tollgate::tenancy
