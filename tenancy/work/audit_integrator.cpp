#include "tenancy/work/audit_integrator.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/crash_point.hpp"
#include "tenancy/audit_log/checkpoint.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using std::chrono::milliseconds;
using storage::audit_entry;

bool changed_meanwhile(const base::failure& why) {
    return why.code == "audit_log_changed";
}

base::failure too_busy() {
    return fail(errc::unavailable, "audit_log_busy",
                "other instances write to the audit log all the time; try again later");
}

// Fails if a log with this record could not be served.
result<> check_length(const std::string& id, std::string_view entry) {
    if (entry.size() <= audit_log::entry_bytes_max) return {};
    return fail(
        errc::corrupt, "audit_log_broken",
        "the record " + id + " has " + std::to_string(entry.size()) + " bytes; 65535 are allowed");
}

// Says that one append runs, until the end of its scope.
class append_mark {
public:
    explicit append_mark(bool& running) : running_(running) { running_ = true; }
    ~append_mark() { running_ = false; }
    append_mark(const append_mark&) = delete;
    append_mark& operator=(const append_mark&) = delete;

private:
    bool& running_;
};

}  // namespace

std::string audit_integrator::broken_reason() const {
    const std::lock_guard lock{mutex_};
    return broken_reason_;
}

std::string audit_integrator::broken_team() const {
    const std::lock_guard lock{mutex_};
    return broken_team_;
}

log_head audit_integrator::seen(const std::string& team_id) const {
    const std::lock_guard lock{mutex_};
    const auto found = seen_.find(team_id);
    return found == seen_.end() ? log_head{} : found->second;
}

std::map<std::string, log_head> audit_integrator::all_seen() const {
    const std::lock_guard lock{mutex_};
    return seen_;
}

// Another thread may already have seen a later state.
void audit_integrator::remember(const std::string& team_id, const log_head& head) {
    const std::lock_guard lock{mutex_};
    log_head& known = seen_[team_id];
    if (head.size > known.size) {
        known.size = head.size;
        known.root = head.root;
    }
    known.kept_from = std::max(known.kept_from, head.kept_from);
    if (head.checkpoint_size < known.checkpoint_size) return;
    known.checkpoint_size = head.checkpoint_size;
    known.signed_at = head.signed_at;
}

base::failure audit_integrator::refusal() const {
    return fail(errc::corrupt, "audit_log_broken", broken_reason());
}

// A log that fails its check stops everything. Other failures are logged, and the work is tried
// again.
base::failure audit_integrator::note_failure(const std::string& team_id, const base::failure& why) {
    if (why.kind != errc::corrupt) {
        env_.log.warning("audit_not_integrated", {{"team", team_id}, {"reason", why.message}});
        return why;
    }
    {
        const std::lock_guard lock{mutex_};
        if (broken_) return why;
        broken_reason_ = "the audit log of " + team_id + " is not what it was: " + why.message;
        broken_team_ = team_id;
        broken_ = true;
    }
    env_.log.error("audit_log_broken", {{"team", team_id}, {"reason", why.message}});
    if (watch_ != nullptr) watch_->log_broken();
    return why;
}

awaitable<result<checked_log>> audit_integrator::check(const std::string& team_id) {
    if (broken_) co_return refusal();
    const log_head before = seen(team_id);  // first: what is read afterwards is not older
    auto checked = co_await check_log(env_.store, key_, team_id, before);
    if (!checked) co_return checked.error();
    remember(team_id, checked->head);
    if (broken_) co_return refusal();
    co_return checked;
}

awaitable<result<std::size_t>> audit_integrator::integrate(std::string team_id) {
    if (appending_) co_return std::size_t{0};
    const append_mark mark{appending_};
    for (int attempt = 0; attempt < rules_.attempts_max; ++attempt) {
        auto records =
            co_await env_.store.list_waiting_audit(team_id, rules_.batch, rules_.batch_bytes);
        if (!records) co_return records.error();
        if (records->empty()) co_return std::size_t{0};
        auto done = co_await append(team_id, *records);
        if (done || !changed_meanwhile(done.error())) co_return done;
    }
    co_return too_busy();
}

awaitable<result<std::size_t>> audit_integrator::append(std::string team_id, entries records) {
    auto end = co_await check(team_id);
    if (!end) co_return end.error();
    log_batch batch{team_id, std::move(*end)};
    for (std::size_t from = 0; from < records.size(); from += rules_.transaction) {
        const auto part =
            records.subspan(from, std::min(rules_.transaction, records.size() - from));
        record_counts counts{team_id};
        for (const audit_entry& record : part) {
            const auto possible = check_length(record.id, record.entry);
            if (!possible) co_return possible.error();
            batch.add(record);
            counts.add(record.entry, record.recorded_at);
        }
        auto stored = co_await store(batch, counts, team_id);
        if (!stored && stored.error().code == "exists_already")
            co_return fail(errc::corrupt, "audit_log_broken",
                           "a record behind the end of the log has one of the next positions");
        if (!stored) co_return stored.error();
        for (const audit_entry& record : part) count_integrated(record.recorded_at);
    }
    co_return records.size();
}

awaitable<std::size_t> audit_integrator::place(std::string team_id, rows records) {
    std::size_t stored = 0;
    if (appending_ || broken_) co_return stored;
    const append_mark mark{appending_};
    auto done = co_await append_new(team_id, std::move(records), stored);
    if (!done && done.error().kind == errc::corrupt) note_failure(team_id, done.error());
    co_return stored;
}

// A record that is stored already is no sign of a broken log here: the caller finds it when it
// stores the rest.
awaitable<result<>> audit_integrator::append_new(std::string team_id, rows records,
                                                 std::size_t& stored) {
    auto checked = co_await check(team_id);
    if (!checked) co_return checked.error();
    log_batch batch{team_id, std::move(*checked)};
    while (stored < records->size()) {
        const std::size_t count = std::min(rules_.transaction, records->size() - stored);
        record_counts counts{team_id};
        for (std::size_t i = stored; i < stored + count; ++i) {
            const storage::audit_row& row = (*records)[i];
            const auto possible = check_length(row.id, row.entry);
            if (!possible) co_return possible.error();
            counts.add(row.entry, row.recorded_at);
        }
        batch.add(storage::kept_records{records, stored, count});
        auto done = co_await store(batch, counts, team_id);
        if (!done) co_return done.error();
        for (const std::size_t end = stored + count; stored < end; ++stored)
            count_integrated((*records)[stored].recorded_at);
    }
    co_return result<>{};
}

awaitable<result<>> audit_integrator::store(log_batch& batch, const record_counts& counts,
                                            std::string team_id) {
    base::crash_point("audit.before_integrate");
    storage::integrate_audit appended = batch.change();
    counts.write(appended);
    std::vector<storage::change> changes{std::move(appended)};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored;
    base::crash_point("audit.after_integrate");
    batch.go_on();
    remember(team_id, batch.head());
    co_return stored;
}

void audit_integrator::count_integrated(base::timestamp recorded_at) {
    if (watch_ == nullptr) return;
    watch_->record_integrated(std::max(env_.clock.now() - recorded_at, milliseconds{0}));
}

awaitable<result<std::string>> audit_integrator::sign(std::string team_id) {
    for (int attempt = 0; attempt < rules_.attempts_max; ++attempt) {
        auto end = co_await check(team_id);
        if (!end) co_return end.error();
        log_head head = end->head;
        if (head.size == 0)
            co_return fail(errc::not_found, "log_is_empty",
                           "the audit log of this team has no records yet");
        if (head.checkpoint_size == head.size) co_return std::move(end->checkpoint);
        const auto signer = key_.signer(team_id);
        if (!signer) co_return signer.error();
        const audit_log::checkpoint text{key_.origin(team_id), head.size, head.root};
        auto note = audit_log::sign_checkpoint(text, *signer);
        if (!note) co_return note.error();
        base::crash_point("audit.before_sign");
        const base::timestamp now = env_.clock.now();
        std::vector<storage::change> changes{
            storage::sign_audit{team_id, *note, static_cast<std::int64_t>(head.size), now}};
        auto stored = co_await env_.store.commit(std::move(changes));
        if (!stored && changed_meanwhile(stored.error())) continue;
        if (!stored) co_return stored.error();
        base::crash_point("audit.after_sign");
        head.checkpoint_size = head.size;
        head.signed_at = now;
        remember(team_id, head);
        co_return note;
    }
    co_return too_busy();
}

awaitable<result<std::string>> audit_integrator::checkpoint_now(std::string team_id) {
    auto note = co_await sign(team_id);
    if (!note && note.error().kind == errc::corrupt) co_return note_failure(team_id, note.error());
    co_return note;
}

// Checks the heads of all teams' logs: records integrated by other instances must be signed, and no
// log may be missing.
awaitable<> audit_integrator::check_all_heads() {
    const base::timestamp now = env_.clock.now();
    const bool early = now < next_head_check_ && next_head_check_ - now <= rules_.sign_every;
    if (broken_ || early) co_return;
    const auto before = all_seen();
    auto stored = co_await env_.store.list_audit_logs();
    if (!stored) co_return;
    next_head_check_ = now + rules_.sign_every;
    std::map<std::string, std::optional<storage::audit_log_row>> rows;
    for (const auto& [team_id, head] : before) rows[team_id] = {};
    for (storage::audit_log_row& row : *stored) {
        const std::string team_id = row.team_id;
        rows[team_id] = std::move(row);
    }
    for (const auto& [team_id, row] : rows) {
        const auto known = before.find(team_id);
        const auto head = compare_head(known == before.end() ? log_head{} : known->second, row);
        if (head)
            remember(team_id, *head);
        else
            note_failure(team_id, head.error());
    }
}

bool audit_integrator::is_due(const log_head& head) const {
    if (head.size <= head.checkpoint_size) return false;
    if (sign_now_ || !head.signed_at) return true;
    const milliseconds age = env_.clock.now() - *head.signed_at;
    return age >= rules_.sign_every || age < milliseconds{0};  // a clock was set back
}

awaitable<> audit_integrator::sign_what_is_due() {
    const auto logs = all_seen();
    for (const auto& [team_id, head] : logs) {
        if (broken_) co_return;
        if (!is_due(head)) continue;
        auto note = co_await sign(team_id);
        if (note) continue;
        failed_ = true;
        note_failure(team_id, note.error());
    }
}

awaitable<std::size_t> audit_integrator::work_once() {
    failed_ = false;
    auto waiting = co_await env_.store.count_waiting_audit();
    if (!waiting) {
        failed_ = true;
        co_return std::size_t{0};
    }
    std::int64_t records = 0;
    for (const storage::audit_waiting& one : *waiting) records += one.records;
    if (watch_ != nullptr) watch_->records_waiting(records);
    co_await check_all_heads();
    std::size_t integrated = 0;
    for (const storage::audit_waiting& one : *waiting) {
        if (broken_) co_return integrated;
        auto done = co_await integrate(one.team_id);
        if (done) {
            integrated += *done;
            continue;
        }
        failed_ = true;
        note_failure(one.team_id, done.error());
    }
    co_await sign_what_is_due();
    co_return integrated;
}

// Integrates and signs what was recorded until the end, unless that takes too long; the next start
// then does it.
awaitable<> audit_integrator::finish() {
    sign_now_ = true;
    const auto until = std::chrono::steady_clock::now() + rules_.last_work_max;
    while (std::chrono::steady_clock::now() < until) {
        const std::size_t integrated = co_await work_once();
        if (integrated == 0) break;
    }
}

// Passes are rarer on a slower machine: the pause is twenty times as long as the work, up to
// rules_.look_rarest.
std::chrono::milliseconds audit_integrator::pause_after(
    std::chrono::steady_clock::duration work) const {
    if (failed_) return rules_.retry_pause;
    constexpr int share = 20;
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(work) * share;
    return std::clamp(rest, rules_.look_every, std::max(rules_.look_every, rules_.look_rarest));
}

awaitable<> audit_integrator::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    while (!stopping_) {
        const auto began = std::chrono::steady_clock::now();
        const std::size_t integrated = co_await work_once();
        if (stopping_ || (!failed_ && integrated >= rules_.batch)) continue;
        wake_->expires_after(pause_after(std::chrono::steady_clock::now() - began));
        boost::system::error_code woken;  // cancelled by stop(), which ends the loop
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    co_await finish();
    wake_.reset();
}

void audit_integrator::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
