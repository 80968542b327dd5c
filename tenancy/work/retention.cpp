#include "tenancy/work/retention.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

#include "base/crash_point.hpp"
#include "base/ids.hpp"
#include "storage/changes/audit.hpp"
#include "storage/changes/retention.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/audit/entry_time.hpp"
#include "tenancy/audit/stored_tiles.hpp"
#include "tenancy/audit_log/removal.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace tollgate::tenancy {

namespace {

using audit_log::tile_width;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;

std::chrono::hours days(std::int64_t count) {
    return std::chrono::days{count};
}

// False if another writer changed what was read; the next pass then sees that.
bool is_failure(const base::failure& why) {
    return why.code != "retention_changed" && why.code != "audit_log_changed";
}

// Checks that the entries of a bundle are those of the log, and that all were recorded before
// `before`.
result<bool> is_old(const std::vector<storage::audit_entry>& entries, std::uint64_t from,
                    const audit_log::hash_source& hash_at, base::timestamp before) {
    if (entries.size() != tile_width)
        return fail(errc::corrupt, "audit_log_damaged",
                    "records from position " + std::to_string(from) + " on are missing");
    std::uint64_t position = from;
    bool old = true;
    for (const storage::audit_entry& one : entries) {
        if (hash_at(0, position) != audit_log::leaf_hash(one.entry))
            return fail(errc::corrupt, "audit_log_damaged",
                        "the record " + one.id + " at position " + std::to_string(position) +
                            " is not the one that was put into the log");
        const auto recorded = time_of_entry(one.entry);
        old = old && recorded && *recorded < before;
        ++position;
    }
    return old;
}

audit_event event_of(const storage::team_row& team, std::uint64_t from, std::uint64_t to) {
    audit_event out;
    out.kind = audit_kind::retention_removed;
    out.team_id = team.id;
    out.outcome = "succeeded";
    out.changed_from = R"({"kept_from":)" + std::to_string(from) + "}";
    out.changed_to = R"({"audit_retention_days":)" +
                     std::to_string(team.settings.audit_retention_days.value_or(0)) +
                     R"(,"kept_from":)" + std::to_string(to) + "}";
    return out;
}

}  // namespace

awaitable<result<std::int64_t>> retention::remove_receipts(const storage::team_row& team) {
    const std::int64_t kept = team.settings.receipt_retention_days;
    const auto removed = std::make_shared<std::int64_t>(0);
    std::vector<storage::change> changes{
        storage::remove_receipts{team.id, kept, env_.clock.now() - days(kept), removed}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    if (*removed > 0) env_.log.info("receipts_removed", {{"team", team.id}, {"count", *removed}});
    if (watch_ != nullptr) watch_->receipts_removed(*removed);
    co_return *removed;
}

// Where the removable entries end: whole bundles in which all entries are older than `before`, at
// most rules_.bundles. At least the last entry covered by the newest checkpoint is kept.
awaitable<result<std::uint64_t>> retention::end_of_old(const std::string& team_id,
                                                       const log_head& head,
                                                       base::timestamp before) {
    std::uint64_t to = head.kept_from;
    for (std::uint64_t i = 0; i < rules_.bundles && to + tile_width < head.checkpoint_size; ++i) {
        stored_tiles tiles{env_.store, team_id};
        auto leaves = [to](const audit_log::hash_source& hash_at) { (void)hash_at(0, to); };
        auto fetched = co_await tiles.fetch(head.size, std::move(leaves));
        if (!fetched) co_return fetched.error();
        const auto from = static_cast<std::int64_t>(to);
        auto entries = co_await env_.store.list_audit_entries(team_id, from, from + tile_width);
        if (!entries) co_return entries.error();
        const auto old = is_old(*entries, to, tiles.hashes(head.size), before);
        if (!old) co_return old.error();
        if (!*old) break;
        to += tile_width;
    }
    co_return to;
}

awaitable<result<std::string>> retention::statement(const std::string& team_id,
                                                    const log_head& head, std::uint64_t to) {
    const auto signer = key_.signer(team_id);
    if (!signer) co_return signer.error();
    stored_tiles tiles{env_.store, team_id};
    auto compute = [to](const audit_log::hash_source& hash_at) {
        (void)audit_log::frontier::load(to, hash_at);
    };
    auto fetched = co_await tiles.fetch(head.size, std::move(compute));
    if (!fetched) co_return fetched.error();
    const auto before = audit_log::frontier::load(to, tiles.hashes(head.size));
    if (!before) co_return fail(errc::corrupt, "audit_log_damaged", "tiles of the log are missing");
    co_return audit_log::sign_removal({key_.origin(team_id), to, before->root()}, *signer);
}

awaitable<result<std::int64_t>> retention::remove_entries(const storage::team_row& team) {
    if (!team.settings.audit_retention_days) co_return std::int64_t{0};
    const std::int64_t kept = *team.settings.audit_retention_days;
    const log_head unknown;
    auto log = co_await check_log(env_.store, key_, team.id, unknown);
    if (!log) co_return log.error();
    const log_head head = log->head;
    const auto to = co_await end_of_old(team.id, head, env_.clock.now() - days(kept));
    if (!to) co_return to.error();
    if (*to == head.kept_from) co_return std::int64_t{0};
    auto note = co_await statement(team.id, head, *to);
    if (!note) co_return note.error();
    const auto record = audit_row_of(event_of(team, head.kept_from, *to), env_.clock.now());
    std::vector<storage::change> changes{
        storage::remove_audit{team.id, kept, static_cast<std::int64_t>(head.kept_from),
                              static_cast<std::int64_t>(*to), std::move(*note)},
        storage::add_audit{{record}}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    base::crash_point("retention.after_commit");
    const auto removed = static_cast<std::int64_t>(*to - head.kept_from);
    env_.log.info(
        "audit_removed",
        {{"team", team.id}, {"count", removed}, {"kept_from", static_cast<std::int64_t>(*to)}});
    if (watch_ != nullptr) watch_->audit_removed(removed);
    co_return removed;
}

awaitable<result<bool>> retention::work_on(const std::string& team_id) {
    const auto until = std::chrono::steady_clock::now() + rules_.work_longest;
    bool left = true;
    while (left && !stopping_ && std::chrono::steady_clock::now() < until) {
        const auto team = co_await env_.store.find_team(team_id);
        if (!team) co_return team.error();
        if (!*team || (*team)->settings.audit_legal_hold) co_return false;
        const auto receipts = co_await remove_receipts(**team);
        if (!receipts) co_return receipts.error();
        const auto entries = co_await remove_entries(**team);
        if (!entries) co_return entries.error();
        left = *receipts > 0 || *entries > 0;
    }
    co_return left;
}

void retention::log_failure(const std::string& team_id, const base::failure& why) {
    if (why.kind == errc::corrupt)
        env_.log.error("audit_log_damaged", {{"team", team_id}, {"reason", why.message}});
    else if (is_failure(why))
        env_.log.warning("retention_failed", {{"team", team_id}, {"reason", why.message}});
}

awaitable<std::optional<std::string>> retention::take(const std::string& claim) {
    const base::timestamp now = env_.clock.now();
    const auto team = std::make_shared<std::optional<std::string>>();
    std::vector<storage::change> changes{
        storage::claim_retention{claim, now, now + rules_.lease, team}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return std::optional<std::string>{};
    co_return *team;
}

awaitable<std::size_t> retention::work_once() {
    std::vector<storage::change> missing{storage::arm_retention{}};
    auto armed = co_await env_.store.commit(std::move(missing));
    if (!armed) co_return std::size_t{0};
    std::size_t teams = 0;
    while (!stopping_) {
        const auto next = co_await env_.store.next_retention();
        if (!next || !*next || **next > env_.clock.now()) break;
        const std::string claim = base::make_id("clm");
        const auto team = co_await take(claim);
        if (!team) break;
        ++teams;
        const auto left = co_await work_on(*team);
        if (!left) log_failure(*team, left.error());
        const base::timestamp now = env_.clock.now();
        const bool again = left ? *left : !is_failure(left.error());
        std::vector<storage::change> changes{storage::rearm_retention{
            claim, *team, again ? now + rules_.look_every : now + rules_.work_every}};
        auto stored = co_await env_.store.commit(std::move(changes));
        if (!stored) break;  // the claim expires
    }
    co_return teams;
}

awaitable<> retention::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    while (!stopping_) {
        co_await work_once();
        if (stopping_) break;
        wake_->expires_after(rules_.look_every);
        boost::system::error_code woken;  // cancelled by stop(), which ends the loop
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    wake_.reset();
}

void retention::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
