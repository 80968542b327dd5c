#include "tenancy/admin/policies.hpp"

#include <utility>

#include "storage/changes/policies.hpp"
#include "tenancy/grants/account_tools.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/policy/rule_reader.hpp"
#include "tenancy/rules/credential.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;

namespace {

constexpr std::int64_t versions_max = 100;
constexpr int put_policy_attempts = 4;

base::failure no_account_of_policy() {
    return base::fail(base::errc::not_found, "not_found", "there is no such integrated account");
}

void add_views(layer where, const std::string& rule, const cap_limit& limit,
               const std::vector<storage::cap_state>& states, std::vector<cap_view>& out) {
    const auto add = [&](const std::string& currency, std::int64_t most) {
        cap_view view{where, rule, currency, most};
        for (const auto& one : states)
            if (one.currency == currency) {
                view.used = one.used;
                view.reserved = one.reserved;
            }
        out.push_back(std::move(view));
    };
    if (limit.paths.empty()) return add({}, limit.count);
    for (const auto& one : limit.limits) add(one.currency, one.amount);
}

}  // namespace

base::failure version_changed(std::int64_t now) {
    return base::fail(
        base::errc::conflict, "version_changed",
        "the policy has version " + std::to_string(now) + " now: read it and try again", "version");
}

awaitable<result<storage::policy_row>> policies::get(std::string team_id, std::string account_id) {
    if (!account_id.empty()) {
        const auto account = co_await env_.store.find_account(team_id, account_id);
        if (!account) co_return account.error();
        if (!*account) co_return no_account_of_policy();
    }
    auto row = co_await env_.store.find_policy(team_id, account_id);
    if (!row) co_return row.error();
    if (*row) co_return std::move(**row);
    storage::policy_row none;
    none.team_id = std::move(team_id);
    none.account_id = std::move(account_id);
    none.rules = "[]";
    co_return none;
}

awaitable<result<read_policy>> policies::read(std::string team_id, std::string account_id,
                                              std::string rules) {
    std::shared_ptr<const tool_directory> tools{std::shared_ptr<void>{}, &env_.tools};
    if (!account_id.empty()) {
        auto own =
            co_await tools_of_account(env_, grants_, std::move(team_id), std::move(account_id));
        if (!own && own.error().kind == base::errc::not_found) co_return no_account_of_policy();
        if (!own) co_return own.error();
        tools = std::move(own->known);
    }
    auto list = read_rules(rules, "rules");
    if (!list) co_return list.error();
    auto made = make_policy(std::move(*list), layer::team, 0, {}, *tools, "rules");
    if (!made) co_return made.error();
    co_return read_policy{std::move(*made), std::move(tools)};
}

awaitable<result<storage::policy_row>> policies::put(const api_key& by, std::string team_id,
                                                     std::string account_id, std::string rules,
                                                     std::optional<std::int64_t> expect) {
    const auto good = co_await read(team_id, account_id, rules);
    if (!good) co_return good.error();
    for (int attempt = 1;; ++attempt) {
        const auto before = co_await get(team_id, account_id);
        if (!before) co_return before.error();
        if (expect && *expect != before->version) co_return version_changed(before->version);
        storage::policy_row row{team_id, account_id, before->version + 1,
                                rules,   by.id,      env_.clock.now()};
        std::vector<storage::change> changes{storage::put_policy{row, storage::confirmation::none}};
        const auto announced =
            account_id.empty()
                ? changes_.announce(changes, storage::logged_kind::team_state, {team_id})
                : changes_.announce(changes, storage::logged_kind::account_state, {account_id});
        auto stored = co_await env_.store.commit(std::move(changes));
        // Even if the commit failed: its outcome is unknown, and reading the store again is always
        // safe.
        if (account_id.empty())
            grants_.team_state_changed(team_id);
        else
            grants_.account_state_changed(account_id);
        if (stored) {
            co_await changes_.settled(announced);
            env_.log.info("policy_changed", {{"team", team_id},
                                             {"account", account_id},
                                             {"version", row.version},
                                             {"key", by.id}});
            co_return row;
        }
        if (stored.error().code != "version_changed" || attempt == put_policy_attempts)
            co_return stored.error();
    }
}

awaitable<result<std::vector<storage::policy_row>>> policies::versions(std::string team_id,
                                                                       std::string account_id,
                                                                       std::int64_t before) {
    return env_.store.list_policy_versions(std::move(team_id), std::move(account_id), before,
                                           versions_max);
}

awaitable<result<std::shared_ptr<const call_policies>>> policies::in_force(
    const mcp_server& server, account_mode mode, const tool_directory* own) {
    std::string of_team;
    const auto team = co_await get(server.team_id, std::move(of_team));
    if (!team) co_return team.error();
    const auto account = co_await get(server.team_id, server.account_id);
    if (!account) co_return account.error();
    storage::grant_row row;
    row.team_allow_live_writes = server.team_allow_live_writes;
    row.server.id = server.id;
    row.server.team_id = server.team_id;
    row.account.id = server.account_id;
    row.account.mode = mode;
    row.team_policy_version = team->version;
    row.team_rules = team->rules;
    row.account_policy_version = account->version;
    row.account_rules = account->rules;
    co_return grants_.policies_of(row, server.config, own);
}

awaitable<result<std::vector<cap_view>>> policies::caps_of(const mcp_server& server,
                                                           account_mode mode) {
    std::vector<cap_view> out;
    const auto rules = co_await in_force(server, mode, nullptr);
    if (!rules) co_return rules.error();
    if (*rules == nullptr) co_return out;
    call_facts who;
    who.server_id = server.id;
    who.account_id = server.account_id;
    who.team_id = server.team_id;
    for (const auto& of : {(*rules)->team, (*rules)->account, (*rules)->server}) {
        if (of == nullptr) continue;
        for (const auto& one : of->rules) {
            const auto* const limit = std::get_if<cap_limit>(&one.what.when);
            if (limit == nullptr) continue;
            const auto from = limit->window.at(env_.clock.now()).from;
            const auto states = co_await env_.store.find_cap(cap_name(one, *limit, who), from);
            if (!states) co_return states.error();
            add_views(of->where, one.what.id, *limit, *states, out);
        }
    }
    co_return out;
}

}  // namespace tollgate::tenancy
