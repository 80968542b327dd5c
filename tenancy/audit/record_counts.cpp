#include "tenancy/audit/record_counts.hpp"

#include <algorithm>
#include <array>

#include "tenancy/audit/audit_event.hpp"
#include "tenancy/audit/client_sightings.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::array<std::int64_t, 16> duration_bounds{
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000, 100'000};
constexpr std::int64_t micros_in_milli = 1'000;

// An approved call is executed by the gateway: its client called before, which is the record of its
// request. A confirmed one is the client's own.
bool executed_later(const record_facts& facts) {
    return !facts.approval.empty() && facts.approval != "confirmation" &&
           facts.decision != "needs_approval";
}

}  // namespace

std::int64_t hour_of(base::timestamp at) {
    return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
}

std::int64_t duration_bound(std::int64_t millis) {
    const auto found = std::lower_bound(duration_bounds.begin(), duration_bounds.end(), millis);
    return found == duration_bounds.end() ? duration_bounds.back() : *found;
}

void record_counts::add(std::string_view entry, base::timestamp recorded_at) {
    const auto facts = facts_of_record(entry, parser_);
    if (!facts) return;
    const bool written = facts->kind == audit_kind::write_finished;
    const bool resolved = facts->kind == audit_kind::write_resolved;
    if (facts->kind != audit_kind::call && !written && !resolved) return;
    if (!resolved) add_caller(*facts, recorded_at);
    const std::int64_t hour = hour_of(recorded_at);
    std::vector<std::string> scopes{team_id_};
    if (!facts->account_id.empty()) scopes.push_back(facts->account_id);
    if (!facts->server_id.empty()) scopes.push_back(facts->server_id);
    const auto count = [&](const std::string& word) {
        for (const std::string& scope : scopes) ++sums_[{scope, hour, word}];
    };
    // The call of a resolved write was counted when it was made.
    if (!resolved) count(std::string{usage_word::calls});
    if (facts->decision == "refused") count(std::string{usage_word::refused});
    if (!resolved && facts->outcome == "failed") count(std::string{usage_word::failed});
    if (!resolved && facts->micros && facts->decision != "refused") {
        const std::int64_t millis = (*facts->micros + micros_in_milli - 1) / micros_in_milli;
        count(std::string{usage_word::took} + std::to_string(duration_bound(millis)));
    }
    if ((written || resolved) && facts->outcome == "succeeded")
        writes_.push_back({facts->receipt_id, hour, std::move(scopes)});
}

void record_counts::add_caller(const record_facts& facts, base::timestamp at) {
    if (facts.server_id.empty() || executed_later(facts)) return;
    const std::string client = facts.client.empty() ? std::string{unnamed_client} : facts.client;
    storage::mcp_client_row& row = callers_[{facts.server_id, client}];
    if (row.server_id.empty()) {
        row.team_id = team_id_;
        row.server_id = facts.server_id;
        row.client = client;
        row.first_seen_at = at;
    }
    row.last_seen_at = std::max(row.last_seen_at, at);
    row.called_at = row.last_seen_at;
}

void record_counts::write(storage::integrate_audit& change) const {
    for (const auto& [place, amount] : sums_)
        change.counts.push_back(
            {std::get<0>(place), std::get<1>(place), std::get<2>(place), amount});
    change.writes = writes_;
    for (const auto& [who, row] : callers_) change.clients.push_back(row);
}

}  // namespace tollgate::tenancy
