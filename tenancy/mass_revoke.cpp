#include "tenancy/mass_revoke.hpp"

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::result;

// Other writers get their turn between two batches.
constexpr std::int64_t batch = 1000;

}  // namespace

awaitable<result<std::int64_t>> mass_revoke::revoke(const api_key& by, std::string account_id,
                                                    std::string reason) {
    if (!reason.empty() && !check_name(reason))
        co_return base::invalid("invalid_reason",
                                "reason must have at most 200 bytes and no control characters",
                                "reason");
    const base::timestamp now = env_.clock.now();
    std::string after;
    std::int64_t count = 0;
    result<> stored;
    for (;;) {
        auto revoked = std::make_shared<std::vector<std::string>>();
        std::vector<storage::change> changes{storage::revoke_servers{
            by.team_id, account_id, now, after, batch, revoked, changes_.origin()}};
        stored = co_await env_.store.commit(std::move(changes));
        base::crash_point("mass_revoke.after_commit");
        // Also when the store failed: what it did is not known. A stream that ends early may be
        // begun again.
        grants_.servers_changed(*revoked, server_change::revoked);
        if (!stored || revoked->empty()) break;
        count += std::ssize(*revoked);
        after = *std::max_element(revoked->begin(), revoked->end());
    }
    if (!stored && stored.error().kind == errc::not_found) co_return stored.error();
    auto told = co_await tell_instances(by.team_id);
    base::crash_point("mass_revoke.before_answer");
    if (stored) stored = told;
    if (stored || count > 0) log(by, account_id, reason, count);
    if (!stored) co_return stored.error();
    co_return count;
}

// One entry behind those of the servers: who has seen it has seen them, and those of a call before
// this one whose end nobody knows.
awaitable<result<>> mass_revoke::tell_instances(const std::string& team_id) {
    grants_.team_state_changed(team_id);
    std::vector<storage::change> changes;
    const auto told = changes_.announce(changes, storage::logged_kind::team_state, {team_id});
    if (changes.empty()) co_return result<>{};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (stored) co_await changes_.settled(told);
    co_return stored;
}

void mass_revoke::log(const api_key& by, const std::string& account_id, const std::string& reason,
                      std::int64_t count) const {
    env_.log.warning("servers_revoked", {{"team", by.team_id},
                                         {"account", account_id},
                                         {"key", by.id},
                                         {"reason", reason},
                                         {"count", count}});
}

}  // namespace tollgate::tenancy
