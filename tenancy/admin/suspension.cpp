#include "tenancy/admin/suspension.hpp"

#include <utility>

#include "storage/changes/servers.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;
using storage::logged_kind;

base::result<> check_reason(std::string_view reason) {
    if (reason.empty() || check_name(reason)) return {};
    return base::invalid("invalid_reason",
                         "reason must have at most 200 bytes and no control characters", "reason");
}

awaitable<result<std::int64_t>> suspension::suspend(const api_key& by, suspension_target target,
                                                    std::string reason) {
    const auto good = check_reason(reason);
    if (!good) co_return good.error();
    auto count = co_await set(target, env_.clock.now());
    if (count)
        env_.log.warning("suspended", {{"team", target.team_id},
                                       {"account", target.account_id},
                                       {"server", target.server_id},
                                       {"key", by.id},
                                       {"reason", reason},
                                       {"count", *count}});
    co_return count;
}

awaitable<result<std::int64_t>> suspension::resume(const api_key& by, suspension_target target) {
    auto count = co_await set(target, std::nullopt);
    if (count)
        env_.log.info("resumed", {{"team", target.team_id},
                                  {"account", target.account_id},
                                  {"server", target.server_id},
                                  {"key", by.id},
                                  {"count", *count}});
    co_return count;
}

awaitable<result<std::int64_t>> suspension::set(suspension_target target,
                                                std::optional<base::timestamp> at) {
    auto servers = std::make_shared<std::vector<std::string>>();
    std::vector<storage::change> changes{storage::suspend{
        target.team_id, target.account_id, target.server_id, at, servers, changes_.origin()}};
    // Logged after the entries of the servers: an instance that has applied this entry has also
    // applied theirs.
    const auto kind = !target.server_id.empty()    ? logged_kind::server_changed
                      : !target.account_id.empty() ? logged_kind::account_state
                                                   : logged_kind::team_state;
    const std::string& subject = !target.server_id.empty()    ? target.server_id
                                 : !target.account_id.empty() ? target.account_id
                                                              : target.team_id;
    const auto announced = changes_.announce(changes, kind, {subject});
    auto stored = co_await env_.store.commit(std::move(changes));
    // Even if the commit failed: its outcome is unknown, and reading the store again is always
    // safe.
    if (target.server_id.empty() && target.account_id.empty())
        grants_.team_state_changed(target.team_id);
    else if (target.server_id.empty())
        grants_.account_state_changed(target.account_id);
    if (stored)
        grants_.servers_changed(*servers, at ? server_change::suspended : server_change::changed);
    else if (!target.server_id.empty() && stored.error().kind != base::errc::not_found)
        grants_.server_changed(target.server_id, server_change::changed);
    if (!stored) co_return stored.error();
    co_await changes_.settled(announced);
    co_return std::ssize(*servers);
}

}  // namespace tollgate::tenancy
