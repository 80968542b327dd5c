#include "tenancy/changes/change_feed.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/ids.hpp"
#include "storage/changes/approvals.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/changes/settings.hpp"
#include "tenancy/secrets/sealed_codec.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using std::chrono::milliseconds;

std::int64_t now_ms() {
    return cache_lease::now_ms();
}

}  // namespace

struct change_feed::waiter {
    waiter(base::executor on, std::int64_t wanted, milliseconds at_most)
        : where(std::move(on)), seq(wanted), timer(where, at_most) {}

    base::executor where;
    std::int64_t seq;
    boost::asio::steady_timer timer;
    bool answered = false;  // touched on the waiter's loop only
};

change_feed::change_feed(const environment& env, feed_rules rules)
    : env_(env),
      rules_(rules),
      origin_(rules.log ? base::make_id("inst") : std::string{}),
      memory_(rules.remembered),
      started_at_(env.clock.now()) {}

change_feed::announced change_feed::announce(std::vector<storage::change>& changes,
                                             storage::logged_kind kind,
                                             std::vector<std::string> subjects) const {
    if (!rules_.log) return nullptr;
    auto seq = std::make_shared<std::int64_t>(0);
    changes.emplace_back(
        storage::log_change{kind, std::move(subjects), origin_, env_.clock.now(), seq});
    return seq;
}

awaitable<> change_feed::settled(announced change) {
    if (!change) co_return;
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto began = now_ms();
    const auto me = std::make_shared<waiter>(executor, *change, rules_.settle);
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(me);
    }
    wake(signal_others::yes);
    boost::system::error_code woken;
    co_await me->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    {
        const std::lock_guard lock{mutex_};
        waiting_.remove(me);
    }
    if (watch_ != nullptr) watch_->change_settled(milliseconds{now_ms() - began}, me->answered);
}

std::optional<log_place> change_feed::here() const {
    if (!rules_.log || !env_.lease->holds()) return {};
    auto place = memory_.here();
    if (place.epoch.empty()) return {};
    return place;
}

void change_feed::wake(signal_others others) {
    const std::lock_guard lock{mutex_};
    if (!where_) return;
    boost::asio::post(*where_, [this, others] {
        if (others == signal_others::yes && signal_ != nullptr) signal_->raise();
        again_ = true;
        if (wake_) wake_->cancel();
    });
}

awaitable<> change_feed::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    {
        const std::lock_guard lock{mutex_};
        where_ = executor;
    }
    while (!stopping_) {
        co_await beat();
        co_await pause();
    }
    if (rules_.shared) {
        env_.lease->hold_until(0);
        std::vector<storage::change> changes{storage::remove_instance{origin_, {}}};
        auto gone = co_await env_.store.commit(std::move(changes));
        ok(gone);  // if this fails, other instances remove the row later
        if (signal_ != nullptr) signal_->raise();
    }
    const std::lock_guard lock{mutex_};
    where_.reset();
    wake_.reset();
}

void change_feed::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

awaitable<> change_feed::pause() {
    if (!std::exchange(again_, false) && !stopping_) {
        wake_->expires_after(is_awaited() ? rules_.beat_while_awaited : rules_.beat);
        boost::system::error_code woken;
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        again_ = false;
    }
}

// Writes the row before extending the lease: an instance that waits for all others must see the row
// of every instance that may still trust a read of the log made before the change. The lease starts
// before the read.
awaitable<> change_feed::beat() {
    const bool due =
        row_seen_ < 0 || now_ms() - row_written_ms_ >= milliseconds{rules_.row_every}.count();
    if (rules_.shared && due) {
        auto written = co_await write_row();
        if (!ok(written)) co_return;
    }
    const auto began = now_ms();
    auto read = co_await read_on();
    if (!ok(read)) co_return;
    if (rules_.shared) {
        env_.lease->hold_until(
            std::min(began + milliseconds{rules_.lease}.count(),
                     row_written_ms_ + milliseconds{rules_.row_lifetime}.count()));
        if (applied_ != row_seen_) {
            auto written = co_await write_row();
            if (!ok(written)) co_return;
            if (std::exchange(foreign_, false) && signal_ != nullptr) signal_->raise();
        }
    }
    if (is_awaited() || now_ms() >= next_look_ms_) co_await check_instances();
    if (now_ms() >= next_trim_ms_) co_await trim();
}

// Applies the log's entries after `applied_`, up to the end of the log.
awaitable<result<>> change_feed::read_on() {
    while (true) {
        // Without a known place, only the bounds of the log are needed.
        const std::int64_t after =
            epoch_.empty() ? std::numeric_limits<std::int64_t>::max() : applied_;
        auto page = co_await env_.store.read_log(after, rules_.page);
        if (!page) co_return page.error();
        if (!fits(*page)) {
            auto found = co_await find_place(std::move(*page));
            if (!found) co_return found;
            continue;
        }
        take(*page);
        if (applied_ == page->last) co_return result<>{};
    }
}

bool change_feed::fits(const storage::log_page& page) const {
    if (epoch_.empty() || page.epoch != epoch_) return false;
    if (page.floor > applied_ || page.last < applied_) return false;
    return page.last == applied_ ||
           (!page.entries.empty() && page.entries.front().seq == applied_ + 1);
}

// Called when the log does not exist, is a different one, or has lost entries that this instance
// has not seen.
awaitable<result<>> change_feed::find_place(storage::log_page page) {
    const bool forgotten = page.epoch == epoch_ && page.last < applied_;
    if (page.epoch.empty() || forgotten) {
        const std::string epoch = base::make_id("log");
        std::vector<storage::change> changes;
        if (page.epoch.empty())
            changes.emplace_back(storage::open_log{epoch});
        else
            changes.emplace_back(storage::renew_log{page.epoch, epoch});
        auto begun = co_await env_.store.commit(std::move(changes));
        if (!begun) co_return begun;
        if (forgotten) env_.log.error("change_log_went_back", {{"applied", applied_}});
        page = {};
        auto again = co_await env_.store.read_log(std::numeric_limits<std::int64_t>::max(), 1);
        if (!again) co_return again.error();
        page = std::move(*again);
    }
    const bool missed = !epoch_.empty();
    if (missed)
        env_.log.warning("change_log_missed", {{"applied", applied_}, {"floor", page.floor}});
    epoch_ = page.epoch;
    applied_ = page.floor;
    memory_.begin(page.epoch, page.floor);
    if (missed) apply_({});
    co_return result<>{};
}

// An entry is recorded before anything is dropped because of it. Otherwise a load that begins after
// the drop could treat an older shared copy as current.
void change_feed::take(const storage::log_page& page) {
    for (const auto& entry : page.entries) {
        if (entry.seq != applied_ + 1)
            return;  // a page has no gap; otherwise the next read
                     // reports it
        const bool known = entry.kind != storage::logged_kind::unknown;
        memory_.note(entry.seq, known ? entry.subjects : std::vector<std::string>{});
        if (entry.origin == origin_) {
            forget_(entry);
            own_(entry);
        } else {
            apply_(entry);
            foreign_ = true;
        }
        applied_ = entry.seq;
    }
}

awaitable<result<>> change_feed::write_row() {
    const auto began = now_ms();
    const auto seen = applied_;
    std::vector<storage::change> changes{
        storage::put_instance{{origin_, seen, 0, started_at_}},
        storage::put_setting{storage::newest_key_setting(origin_), sealing_key_id(env_.secrets)}};
    auto written = co_await env_.store.commit(std::move(changes));
    if (!written) co_return written;
    row_written_ms_ = began;
    row_seen_ = seen;
    co_return written;
}

awaitable<> change_feed::check_instances() {
    if (!rules_.shared) {
        wake_waiters(applied_);
        co_return;
    }
    auto rows = co_await env_.store.list_instances();
    if (!rows) {
        ok(rows.error());
        co_return;
    }
    std::int64_t everywhere = applied_;
    for (const auto& row : *rows)
        if (row.id != origin_) everywhere = std::min(everywhere, row.seen);
    wake_waiters(everywhere);
    if (now_ms() < next_look_ms_) co_return;
    next_look_ms_ = now_ms() + milliseconds{rules_.row_every}.count();
    if (watch_ != nullptr) watch_->instances_seen(std::max<std::size_t>(rows->size(), 1));
    co_await remove_dead(*rows);
}

// Removes instances whose row has not changed for rules.remove_after: they no longer hold a lease.
// The time is measured with our own clock.
awaitable<> change_feed::remove_dead(const std::vector<storage::instance_row>& rows) {
    std::map<std::string, seen_instance> present;
    std::vector<storage::change> changes;
    for (const auto& row : rows) {
        if (row.id == origin_) continue;
        const auto known = others_.find(row.id);
        seen_instance one{row.beats, now_ms()};
        if (known != others_.end() && known->second.beats == row.beats) one = known->second;
        if (now_ms() - one.since_ms >= milliseconds{rules_.remove_after}.count()) {
            changes.emplace_back(storage::remove_instance{row.id, row.beats});
            changes.emplace_back(storage::release_receipts{env_.clock.now(), row.id});
            changes.emplace_back(storage::release_approvals{env_.clock.now(), row.id});
            env_.log.warning("instance_gone", {{"instance", row.id}});
        }
        present.emplace(row.id, one);
    }
    others_ = std::move(present);
    if (changes.empty()) co_return;
    auto removed = co_await env_.store.commit(std::move(changes));
    ok(removed);
}

awaitable<> change_feed::trim() {
    next_trim_ms_ = now_ms() + milliseconds{rules_.trim_every}.count();
    std::vector<storage::change> changes{storage::trim_log{env_.clock.now() - rules_.log_kept}};
    auto trimmed = co_await env_.store.commit(std::move(changes));
    ok(trimmed);
}

void change_feed::wake_waiters(std::int64_t everywhere) {
    const std::lock_guard lock{mutex_};
    for (const auto& one : waiting_) {
        if (one->seq > everywhere) continue;
        boost::asio::post(one->where, [one] {
            one->answered = true;
            one->timer.cancel();
        });
    }
}

bool change_feed::is_awaited() const {
    const std::lock_guard lock{mutex_};
    return !waiting_.empty();
}

// True on success. Logs one line when failures begin.
bool change_feed::ok(const result<>& outcome) {
    if (outcome) {
        troubled_ = false;
        return true;
    }
    if (!std::exchange(troubled_, true))
        env_.log.warning("change_log_unreadable", {{"reason", outcome.error().message}});
    return false;
}

}  // namespace tollgate::tenancy
