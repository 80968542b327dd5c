#include "tenancy/admin/exceptions.hpp"

#include <algorithm>
#include <utility>

#include "base/ids.hpp"
#include "tenancy/admin/suspension.hpp"
#include "tenancy/policy/decide.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;

namespace {

constexpr std::int64_t exception_seconds_min = 60;

result<layer> check_exception(const exception_input& input) {
    const auto where = policy_layer(input.layer);
    if (!where)
        return base::invalid("unknown_value", "layer may be: team, account, server", "layer");
    if (input.seconds < exception_seconds_min || input.seconds > exception_seconds_max)
        return base::invalid("out_of_range", "seconds must be from 60 to 86400 (24 hours)",
                             "seconds");
    if (input.reason.empty())
        return base::invalid("invalid_reason", "reason is required: why the rule must not hold",
                             "reason");
    const auto good = check_reason(input.reason);
    if (!good) return good.error();
    return *where;
}

base::failure no_exception() {
    return base::fail(base::errc::not_found, "not_found",
                      "this MCP server has no such exception, or it has ended");
}

const ready_rule* rule_in(const std::shared_ptr<const policy>& rules, std::string_view id) {
    if (rules == nullptr) return nullptr;
    for (const auto& one : rules->rules)
        if (one.what.id == id) return &one;
    return nullptr;
}

const ready_rule* rule_of(const call_policies& rules, layer where, std::string_view id) {
    if (where == layer::team) return rule_in(rules.team, id);
    return rule_in(where == layer::account ? rules.account : rules.server, id);
}

// Adds `made` to the config's open exceptions; those that have ended are forgotten.
result<> add_exception(server_config& config, const rule_exception& made) {
    auto all = open_exceptions(config, made.created_at);
    if (is_excepted(all, made.where, made.rule, made.created_at))
        return base::fail(base::errc::conflict, "exception_open",
                          "there is an open exception from this rule: end it first");
    if (all.size() >= exceptions_max)
        return base::fail(base::errc::conflict, "limit_reached",
                          "an MCP server may have 20 open exceptions");
    all.push_back(made);
    config.exceptions = encode_exceptions(all);
    return {};
}

}  // namespace

awaitable<result<>> rule_exceptions::check_rule(const mcp_server& server, layer where,
                                                std::string rule) {
    const auto row = co_await env_.store.find_account(server.team_id, server.account_id);
    if (!row) co_return row.error();
    const auto mode = *row ? (*row)->mode : account_mode::test;
    const auto rules = co_await policies_.in_force(server, mode, nullptr);
    if (!rules) co_return rules.error();
    const auto* const found = *rules == nullptr ? nullptr : rule_of(**rules, where, rule);
    if (found == nullptr)
        co_return base::fail(base::errc::not_found, "rule_not_found",
                             "calls of this MCP server meet no rule '" + rule + "' in that layer",
                             "rule");
    if (std::holds_alternative<every_call>(found->what.when) && found->what.then == effect::deny)
        co_return base::fail(base::errc::conflict, "rule_always_denies",
                             "there is no exception from a rule without a condition: change the "
                             "rule itself",
                             "rule");
    co_return result<>{};
}

awaitable<result<rule_exception>> rule_exceptions::open(const api_key& by, std::string account_id,
                                                        std::string server_id,
                                                        exception_input input) {
    const auto where = check_exception(input);
    if (!where) co_return where.error();
    const auto server = co_await servers_.get(by.team_id, account_id, server_id);
    if (!server) co_return server.error();
    const auto good = co_await check_rule(*server, *where, input.rule);
    if (!good) co_return good.error();
    const auto now = env_.clock.now();
    const rule_exception made{base::make_id("exc"),
                              *where,
                              std::move(input.rule),
                              std::move(input.reason),
                              by.id,
                              now,
                              now + std::chrono::seconds{input.seconds}};
    server_patch change;
    change.edit = [&made](server_config& config) { return add_exception(config, made); };
    const auto stored = co_await servers_.patch(by.team_id, std::move(account_id),
                                                std::move(server_id), std::move(change));
    if (!stored) co_return stored.error();
    env_.log.warning("exception_opened", {{"team", by.team_id},
                                          {"server", stored->id},
                                          {"exception", made.id},
                                          {"layer", to_string(made.where)},
                                          {"rule", made.rule},
                                          {"reason", made.reason},
                                          {"ends_at", base::format_timestamp(made.ends_at)},
                                          {"key", by.id}});
    co_return made;
}

awaitable<result<std::vector<rule_exception>>> rule_exceptions::list(std::string team_id,
                                                                     std::string account_id,
                                                                     std::string server_id) {
    const auto server =
        co_await servers_.get(std::move(team_id), std::move(account_id), std::move(server_id));
    if (!server) co_return server.error();
    co_return open_exceptions(server->config, env_.clock.now());
}

awaitable<result<rule_exception>> rule_exceptions::end(std::string team_id, std::string account_id,
                                                       std::string server_id, std::string id) {
    rule_exception ended;
    const auto now = env_.clock.now();
    server_patch change;
    change.edit = [&](server_config& config) -> result<> {
        auto all = open_exceptions(config, now);
        const auto found = std::ranges::find(all, id, &rule_exception::id);
        if (found == all.end()) return no_exception();
        ended = *found;
        ended.ends_at = now;
        all.erase(found);
        config.exceptions = encode_exceptions(all);
        return {};
    };
    const auto stored = co_await servers_.patch(std::move(team_id), std::move(account_id),
                                                std::move(server_id), std::move(change));
    if (!stored) co_return stored.error();
    env_.log.info("exception_ended", {{"server", stored->id}, {"exception", ended.id}});
    co_return ended;
}

}  // namespace tollgate::tenancy
