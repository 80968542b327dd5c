#include "tenancy/admin/mass_revoke.hpp"

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"
#include "storage/changes/servers.hpp"
#include "tenancy/admin/suspension.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::result;

// The size of a batch; other writers get their turn between two batches.
constexpr std::int64_t batch = 1000;

}  // namespace

awaitable<result<std::int64_t>> mass_revoke::revoke(const api_key& by, mass_revocation what) {
    if (what.reason.empty())
        co_return base::invalid("reason_missing", "say why in 'reason': it is written to the log",
                                "reason");
    const auto good = check_reason(what.reason);
    if (!good) co_return good.error();
    const base::timestamp now = env_.clock.now();
    std::string after;
    std::int64_t count = 0;
    result<> stored;
    for (;;) {
        auto revoked = std::make_shared<std::vector<std::string>>();
        std::optional<std::int64_t> expect;
        if (after.empty()) expect = what.expect;
        std::vector<storage::change> changes{storage::revoke_servers{
            what.team_id, what.account_id, now, after, batch, revoked, changes_.origin(), expect}};
        stored = co_await env_.store.commit(std::move(changes));
        base::crash_point("mass_revoke.after_commit");
        // Even if the commit failed: its outcome is unknown. A client can reopen a stream that was
        // closed too early.
        grants_.servers_changed(*revoked, server_change::revoked);
        if (!stored || revoked->empty()) break;
        count += std::ssize(*revoked);
        after = *std::max_element(revoked->begin(), revoked->end());
    }
    if (!stored &&
        (stored.error().kind == errc::not_found || stored.error().code == "count_differs"))
        co_return stored.error();
    auto announced = co_await notify_instances(what.team_id);
    base::crash_point("mass_revoke.before_answer");
    if (stored) stored = announced;
    if (stored || count > 0) log(by, what, count);
    if (!stored) co_return stored.error();
    co_return count;
}

// Logs one entry after those of the servers. An instance that has applied this entry has also
// applied theirs, including those of an earlier call whose outcome is unknown.
awaitable<result<>> mass_revoke::notify_instances(const std::string& team_id) {
    grants_.team_state_changed(team_id);
    std::vector<storage::change> changes;
    const auto announced = changes_.announce(changes, storage::logged_kind::team_state, {team_id});
    if (changes.empty()) co_return result<>{};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (stored) co_await changes_.settled(announced);
    co_return stored;
}

void mass_revoke::log(const api_key& by, const mass_revocation& what, std::int64_t count) const {
    env_.log.warning("servers_revoked", {{"team", what.team_id},
                                         {"account", what.account_id},
                                         {"key", by.id},
                                         {"reason", what.reason},
                                         {"count", count}});
}

}  // namespace tollgate::tenancy
