#include "tenancy/admin/policy_changes.hpp"

#include <memory>
#include <utility>

#include "base/ids.hpp"
#include "storage/changes/policies.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;
using storage::policy_change_row;
using storage::policy_change_state;

namespace {

constexpr std::int64_t changes_listed_max = 100;

result<> check_reason(const std::string& reason) {
    if (reason.empty() || check_name(reason)) return {};
    return base::invalid("invalid_reason",
                         "reason must have at most 200 bytes and no control characters", "reason");
}

}  // namespace

std::string_view state_name(const policy_change_row& change, base::timestamp now) {
    if (change.state == policy_change_state::pending && now >= change.expires_at) return "expired";
    return storage::policy_change_state_names[static_cast<std::size_t>(change.state)];
}

awaitable<result<bool>> policy_changes::needed(std::string team_id) {
    const auto team = co_await env_.store.find_team(std::move(team_id));
    if (!team) co_return team.error();
    if (!*team) co_return base::fail(base::errc::not_found, "not_found", "there is no such team");
    co_return (*team)->settings.policy_changes == storage::changed_by_two;
}

awaitable<result<policy_change_row>> policy_changes::add(const api_key& by, policy_change_row row) {
    row.id = base::make_id("pch");
    row.asked_by = by.id;
    row.asked_at = env_.clock.now();
    row.expires_at = row.asked_at + policy_change_lifetime;
    std::vector<storage::change> changes{
        storage::add_policy_change{row, pending_policy_changes_max}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    env_.log.info(
        "policy_change_asked",
        {{"team", row.team_id}, {"account", row.account_id}, {"change", row.id}, {"key", by.id}});
    co_return row;
}

awaitable<result<policy_change_row>> policy_changes::ask(const api_key& by, std::string team_id,
                                                         std::string account_id, std::string rules,
                                                         std::optional<std::int64_t> expect) {
    const auto good = co_await rules_.read(team_id, account_id, rules);
    if (!good) co_return good.error();
    const auto before = co_await rules_.get(team_id, account_id);
    if (!before) co_return before.error();
    if (expect && *expect != before->version) co_return version_changed(before->version);
    policy_change_row row;
    row.team_id = std::move(team_id);
    row.account_id = std::move(account_id);
    row.base_version = before->version;
    row.rules = std::move(rules);
    co_return co_await add(by, std::move(row));
}

awaitable<result<policy_change_row>> policy_changes::ask_to_change_alone(const api_key& by,
                                                                         std::string team_id) {
    policy_change_row row;
    row.team_id = std::move(team_id);
    row.ends_setting = true;
    co_return co_await add(by, std::move(row));
}

awaitable<result<policy_change_row>> policy_changes::find(std::string team_id, std::string id) {
    auto row = co_await env_.store.find_policy_change(std::move(team_id), std::move(id));
    if (!row) co_return row.error();
    if (!*row) co_return base::fail(base::errc::not_found, "not_found", "no such policy change");
    co_return std::move(**row);
}

awaitable<result<std::vector<policy_change_row>>> policy_changes::list(std::string team_id,
                                                                       bool pending) {
    std::optional<base::timestamp> at;
    if (pending) at = env_.clock.now();
    return env_.store.list_policy_changes(std::move(team_id), at, changes_listed_max);
}

awaitable<result<policy_change_row>> policy_changes::decide(const api_key& by, std::string id,
                                                            bool confirmed, std::string reason) {
    const auto good = check_reason(reason);
    if (!good) co_return good.error();
    const auto before = co_await find(by.team_id, id);
    if (!before) co_return before.error();
    auto after = std::make_shared<policy_change_row>();
    std::vector<storage::change> changes{storage::decide_policy_change{
        by.team_id, std::move(id), by.id, confirmed, std::move(reason), env_.clock.now(), after}};
    const bool of_team = before->account_id.empty();
    const auto announced =
        of_team
            ? changes_.announce(changes, storage::logged_kind::team_state, {by.team_id})
            : changes_.announce(changes, storage::logged_kind::account_state, {before->account_id});
    auto stored = co_await env_.store.commit(std::move(changes));
    // Even if the commit failed, as in policies::put().
    if (of_team)
        grants_.team_state_changed(by.team_id);
    else
        grants_.account_state_changed(before->account_id);
    if (!stored) co_return stored.error();
    co_await changes_.settled(announced);
    env_.log.info(confirmed ? "policy_change_confirmed" : "policy_change_refused",
                  {{"team", by.team_id}, {"change", after->id}, {"key", by.id}});
    co_return std::move(*after);
}

}  // namespace tollgate::tenancy
