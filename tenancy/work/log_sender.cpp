#include "tenancy/work/log_sender.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using storage::audit_delivery_row;

constexpr std::int64_t read_at_once = 64;  // an entry may have 64 KiB

class record_sender final : public log_sender {
public:
    record_sender(const environment& env, std::unique_ptr<record_destination> to,
                  batch_limits limits)
        : env_(env), to_(std::move(to)), limits_(limits) {}

    storage::audit_delivery_due due(base::timestamp now) const override { return {.now = now}; }

    awaitable<send_attempt> send(const audit_delivery_row& log) override {
        auto batch = co_await read(log);
        // A batch that was sent is not changed before it is sent again, because it may have
        // arrived.
        if (!batch)
            co_return send_attempt{std::max(log.attempted, log.position + 1), batch.error()};
        if (batch->records.empty()) co_return send_attempt{batch->first, {}, true};
        const auto count = static_cast<std::int64_t>(batch->records.size());
        auto sent = co_await to_->deliver(*batch);
        co_return send_attempt{log.position + count, std::move(sent)};
    }

private:
    std::int64_t end_of(const audit_delivery_row& log) const {
        std::int64_t end = std::min(log.size, log.position + limits_.records);
        if (log.failures > 0 && log.attempted > log.position) end = std::min(end, log.attempted);
        return end;
    }

    // Handles a missing record: if the team's retention has removed it, returns an empty batch that
    // begins where the kept entries begin.
    awaitable<result<record_batch>> without(const std::string& team_id, std::int64_t position) {
        auto found = co_await env_.store.find_audit_log(team_id);
        if (!found) co_return found.error();
        if (*found && position < (*found)->kept_from)
            co_return record_batch{team_id, (*found)->kept_from, {}};
        co_return fail(errc::corrupt, "audit_log_damaged",
                       "the database lacks the record at position " + std::to_string(position));
    }

    // Returns the next batch; without() handles an empty one.
    awaitable<result<record_batch>> read(const audit_delivery_row& log) {
        record_batch out{log.team_id, log.position, {}};
        const std::int64_t end = end_of(log);
        std::size_t bytes = 0;
        for (std::int64_t next = log.position; next < end;) {
            const std::int64_t until = std::min(end, next + read_at_once);
            auto entries = co_await env_.store.list_audit_entries(log.team_id, next, until);
            if (!entries) co_return entries.error();
            for (auto& one : *entries) {
                if (one.position != next) break;
                bytes += one.entry.size();
                if (bytes > limits_.bytes && !out.records.empty()) co_return out;
                out.records.push_back(std::move(one));
                ++next;
            }
            if (next == until) continue;
            auto gap = co_await without(log.team_id, next);
            // Records read before the gap are sent first.
            if (gap && !out.records.empty()) co_return out;
            co_return gap;
        }
        co_return out;
    }

    const environment& env_;
    const std::unique_ptr<record_destination> to_;
    const batch_limits limits_;
};

class anchor_sender final : public log_sender {
public:
    anchor_sender(const environment& env, const audit_log_key& key,
                  std::unique_ptr<anchor_destination> to, std::chrono::milliseconds every)
        : env_(env), key_(key), to_(std::move(to)), every_(every) {}

    storage::audit_delivery_due due(base::timestamp now) const override {
        return {.checkpoints = true, .now = now, .delivered_before = now - every_};
    }

    awaitable<send_attempt> send(const audit_delivery_row& log) override {
        auto found = co_await env_.store.find_audit_log(log.team_id);
        if (!found) co_return send_attempt{log.checkpoint_size, found.error()};
        if (!*found || (*found)->checkpoint_size < log.checkpoint_size)
            co_return send_attempt{log.checkpoint_size,
                                   fail(errc::corrupt, "audit_log_damaged",
                                        "the newest checkpoint is no longer in the database")};
        storage::audit_log_row& head = **found;
        const audit_anchor anchor{log.team_id, key_.origin(log.team_id), head.checkpoint_size,
                                  std::move(head.checkpoint),
                                  head.signed_at.value_or(env_.clock.now())};
        auto sent = co_await to_->publish(anchor);
        co_return send_attempt{anchor.size, std::move(sent)};
    }

private:
    const environment& env_;
    const audit_log_key& key_;
    const std::unique_ptr<anchor_destination> to_;
    const std::chrono::milliseconds every_;
};

}  // namespace

std::unique_ptr<log_sender> make_record_sender(const environment& env,
                                               std::unique_ptr<record_destination> to,
                                               batch_limits limits) {
    return std::make_unique<record_sender>(env, std::move(to), limits);
}

std::unique_ptr<log_sender> make_anchor_sender(const environment& env, const audit_log_key& key,
                                               std::unique_ptr<anchor_destination> to,
                                               std::chrono::milliseconds every) {
    return std::make_unique<anchor_sender>(env, key, std::move(to), every);
}

}  // namespace tollgate::tenancy
