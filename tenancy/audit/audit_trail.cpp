#include "tenancy/audit/audit_trail.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include "base/crash_point.hpp"
#include "storage/changes/audit.hpp"
#include "tenancy/audit/record_lines.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using storage::audit_row;

constexpr int last_attempts = 5;
// The end of a team's log is checked before records are placed, which takes as long as storing so
// many. Fewer are stored without places.
constexpr std::size_t worth_a_check = 100;

using batch_of_rows = std::shared_ptr<const std::vector<audit_row>>;

// Splits a batch into single rows, because the store refused a text in it, which must not delay the
// other rows.
std::deque<batch_of_rows> one_by_one(const std::vector<audit_row>& rows) {
    std::deque<batch_of_rows> out;
    for (const audit_row& row : rows)
        out.push_back(std::make_shared<const std::vector<audit_row>>(1, row));
    return out;
}

base::failure unavailable(std::string why) {
    return base::fail(base::errc::unavailable, "audit_unavailable", std::move(why));
}

}  // namespace

void audit_trail::write_recorded(write_record which,
                                 std::chrono::steady_clock::time_point began) const {
    if (watch_ == nullptr) return;
    const auto took = std::chrono::steady_clock::now() - began;
    watch_->write_recorded(which, std::chrono::duration_cast<std::chrono::microseconds>(took));
}

std::optional<base::failure> audit_trail::refusal() const {
    if (count_.load(std::memory_order_relaxed) < rules_.waiting_max) return {};
    return unavailable(
        "the audit log cannot be written now, and calls that it would not show are not made");
}

void audit_trail::note(audit_event event) {
    auto row = audit_row_of(std::move(event), env_.clock.now());
    count_.fetch_add(1, std::memory_order_relaxed);
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(row));
}

void audit_trail::note_anonymous(audit_event event) {
    {
        const std::lock_guard lock{mutex_};
        if (!anonymous_.admit(std::chrono::steady_clock::now())) return;
        event.left_out = anonymous_.take_left_out();
    }
    event.team_id = installation_log;
    note(std::move(event));
}

storage::change audit_trail::change_of(audit_event event) const {
    storage::add_audit out;
    out.rows.push_back(audit_row_of(std::move(event), env_.clock.now()));
    return out;
}

awaitable<result<>> audit_trail::record(audit_event event) {
    std::vector<storage::change> changes{change_of(std::move(event))};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (stored) co_return stored;
    co_return unavailable("the audit log cannot be written now, so nothing was done");
}

awaitable<result<std::vector<audit_row>>> audit_trail::list(std::string team_id,
                                                            storage::audit_search search,
                                                            storage::page where) {
    auto rows =
        co_await env_.store.list_audit(std::move(team_id), std::move(search), std::move(where));
    co_return rows;
}

std::optional<base::failure> audit_trail::refusal_of_full_disk() const {
    if (env_.store.reserve_bytes() != 0) return {};
    return unavailable(
        "the disk of the record store is full, and what is left is for records of what runs: make "
        "room on it, then try again");
}

std::optional<base::failure> audit_trail::refusal_of_writes() const {
    if (auto full = refusal_of_full_disk()) return full;
    auto why = writes_stopped_ ? writes_stopped_() : std::string{};
    if (why.empty()) return {};
    return unavailable(std::move(why));
}

// A failed batch is tried again unchanged, because it may have been stored.
audit_trail::batch audit_trail::take_batch() {
    if (failed_ != nullptr) return std::exchange(failed_, nullptr);
    const std::lock_guard lock{mutex_};
    if (waiting_.empty()) return nullptr;
    const auto size = std::min(waiting_.size(), rules_.batch);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(size);
    auto out = std::make_shared<const std::vector<audit_row>>(
        std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return out;
}

std::map<std::string, std::vector<audit_row>> audit_trail::take_by_team() {
    std::map<std::string, std::vector<audit_row>> out;
    const std::lock_guard lock{mutex_};
    if (waiting_.size() < worth_a_check) return out;
    const auto size = std::min(waiting_.size(), rules_.placed_together);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(size);
    for (auto row = waiting_.begin(); row != end; ++row)
        out[row->team_id].push_back(std::move(*row));
    waiting_.erase(waiting_.begin(), end);
    return out;
}

void audit_trail::give_back(const std::vector<audit_row>& rows, std::size_t placed) {
    const std::lock_guard lock{mutex_};
    waiting_.insert(waiting_.begin(), rows.begin() + static_cast<std::ptrdiff_t>(placed),
                    rows.end());
}

void audit_trail::note_stored(std::size_t count, base::timestamp oldest) {
    if (count == 0) return;
    count_.fetch_sub(count, std::memory_order_relaxed);
    if (watch_ != nullptr) watch_->audit_stored(count, env_.clock.now() - oldest);
}

// A batch that failed goes first, and without places. One round a flush, so that records of writes
// get their places between two of them.
awaitable<> audit_trail::place_waiting() {
    if (placer_ == nullptr || failed_ != nullptr) co_return;
    auto teams = take_by_team();
    if (teams.empty()) co_return;
    base::crash_point("audit.before_flush");
    for (auto& [team_id, waiting] : teams) {
        const batch rows = std::make_shared<const std::vector<audit_row>>(std::move(waiting));
        std::size_t placed = 0;
        if (rows->size() >= worth_a_check) placed = co_await placer_->place(team_id, rows);
        note_stored(placed, rows->front().recorded_at);
        if (placed < rows->size()) give_back(*rows, placed);
    }
    base::crash_point("audit.after_flush");
}

awaitable<bool> audit_trail::flush() {
    co_await place_waiting();
    std::deque<batch> single;
    for (;;) {
        batch next;
        if (single.empty()) {
            next = take_batch();
        } else {
            next = std::move(single.front());
            single.pop_front();
        }
        if (next == nullptr) co_return true;
        const std::size_t size = next->size();
        const base::timestamp oldest = next->front().recorded_at;
        base::crash_point("audit.before_flush");
        std::vector<storage::change> changes{storage::add_audit{{}, next}};
        auto stored = co_await env_.store.commit(std::move(changes));
        if (!stored && stored.error().kind == base::errc::invalid_argument) {
            if (size > 1) {
                single = one_by_one(*next);
                continue;
            }
            count_.fetch_sub(1, std::memory_order_relaxed);
            env_.log.error("audit_record_dropped",
                           {{"record", next->front().id}, {"reason", stored.error().message}});
            continue;
        }
        // After "store_unconfirmed" the rows may already be stored. They are then refused as
        // duplicates, which counts as success.
        if (!stored && stored.error().code != "exists_already") {
            failed_ = next;
            {
                const std::lock_guard lock{mutex_};
                for (; !single.empty(); single.pop_back())
                    waiting_.insert(waiting_.begin(), single.back()->front());
            }
            if (watch_ != nullptr) watch_->audit_delayed(count_);
            env_.log.warning("audit_delayed",
                             {{"reason", stored.error().message},
                              {"waiting", static_cast<std::int64_t>(count_.load())}});
            co_return false;
        }
        base::crash_point("audit.after_flush");
        note_stored(size, oldest);
    }
}

awaitable<> audit_trail::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    int failures_at_end = 0;
    for (;;) {
        const bool last = stopping_;
        const bool stored = co_await flush();
        if (last && (stored || ++failures_at_end == last_attempts)) break;
        wake_->expires_after(stored ? rules_.flush_every : rules_.retry_pause);
        // Cancelled by stop(): the remaining records are stored at once.
        boost::system::error_code woken;
        if (!stopping_ || !stored)
            co_await wake_->async_wait(
                boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    wake_.reset();
    if (count_ > 0)
        env_.log.error("audit_records_lost", {{"count", static_cast<std::int64_t>(count_.load())}});
}

void audit_trail::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

std::unique_ptr<base::body_source> audit_trail::lines(std::string team_id,
                                                      storage::audit_search search) const {
    return make_record_lines(env_, std::move(team_id), std::move(search));
}

}  // namespace tollgate::tenancy
