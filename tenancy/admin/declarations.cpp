#include "tenancy/admin/declarations.hpp"

#include <memory>
#include <utility>

#include "storage/changes/declarations.hpp"
#include "tenancy/grants/grant_declarations.hpp"
#include "tenancy/grants/open_account.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/policy/rule_reader.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;

namespace {

constexpr int put_declarations_attempts = 4;
constexpr std::size_t servers_at_once = 200;  // that are read for their rules

base::failure changed(std::int64_t now) {
    return base::fail(
        base::errc::conflict, "version_changed",
        "the declarations have version " + std::to_string(now) + " now: read them and try again",
        "version");
}

base::failure no_declaring_account() {
    return base::fail(base::errc::not_found, "not_found", "there is no such integrated account");
}

struct tools_change {
    const tool_directory& before;
    const tool_directory& after;
};

result<> named_in(const rule& one, const tool_directory& tools) {
    const auto made = make_policy({one}, layer::account, 0, {}, tools, "rules");
    if (!made) return made.error();
    return {};
}

// Whether each of `rules` names what exists after the change as it does before it: a rule must not
// silently hold no more. One that selects by methods only may select nothing.
result<> fits(const std::string& rules, const tools_change& change, const std::string& whose) {
    const auto all = read_rules(rules, "rules");
    if (!all) return {};
    for (const auto& one : *all) {
        const auto after = named_in(one, change.after);
        if (after || !named_in(one, change.before)) continue;
        const auto& why = after.error();
        const bool names_any = !one.tools.empty() || !one.tags.empty();
        if (why.code == "matches_no_tool" && !names_any) continue;
        return base::fail(base::errc::conflict, "rules_do_not_fit",
                          "the rule '" + one.id + "' of " + whose + " would not hold any more: " +
                              why.message + ". Change the rule first.",
                          "document");
    }
    return {};
}

}  // namespace

awaitable<result<storage::declarations_row>> declarations::get(std::string team_id,
                                                               std::string account_id) {
    const auto account = co_await env_.store.find_account(team_id, account_id);
    if (!account) co_return account.error();
    if (!*account) co_return no_declaring_account();
    auto row = co_await env_.store.find_declarations(team_id, account_id);
    if (!row) co_return row.error();
    if (*row) co_return std::move(**row);
    storage::declarations_row none;
    none.team_id = std::move(team_id);
    none.account_id = std::move(account_id);
    co_return none;
}

awaitable<result<std::optional<service_access>>> declarations::service_of_account(
    std::string team_id, std::string account_id) {
    const auto account =
        co_await env_.store.find_account(std::move(team_id), std::move(account_id));
    if (!account) co_return account.error();
    if (!*account) co_return no_declaring_account();
    co_return service_of(**account);
}

awaitable<result<>> declarations::check_rules_fit(std::string team_id, std::string account_id,
                                                  const tool_directory& after) {
    const auto before = co_await tools_of(team_id, account_id);
    if (!before) co_return before.error();
    const tools_change change{*before->known, after};
    const auto policy = co_await env_.store.find_policy(team_id, account_id);
    if (!policy) co_return policy.error();
    if (*policy)
        if (const auto fit = fits((*policy)->rules, change, "the account"); !fit)
            co_return fit.error();
    storage::page where;
    where.limit = servers_at_once;
    for (;;) {
        const auto rows = co_await env_.store.list_servers(team_id, account_id, where);
        if (!rows) co_return rows.error();
        for (const auto& row : *rows) {
            if (row.revoked_at) continue;
            const auto config = decode_config(row.config);
            if (!config || !config->guardrails) continue;
            const auto fit = fits(*config->guardrails, change, "the MCP server " + row.id);
            if (!fit) co_return fit.error();
        }
        if (rows->size() < servers_at_once) co_return result<>{};
        where.before = rows->back().created_at;
        where.before_id = rows->back().id;
    }
}

awaitable<result<storage::declarations_row>> declarations::put(const api_key& by,
                                                               std::string account_id,
                                                               std::string document,
                                                               std::optional<std::int64_t> expect) {
    const auto service = co_await service_of_account(by.team_id, account_id);
    if (!service) co_return service.error();
    // Without a document, rules are checked against the catalogue, as tools_of_account() has it.
    std::shared_ptr<const tool_directory> after{std::shared_ptr<void>{}, &env_.tools};
    if (!document.empty()) {
        if (env_.declarations == nullptr)
            co_return base::fail(base::errc::unavailable, "declarations_unavailable",
                                 "declarations cannot be read here");
        const declarations_place place{account_id, 0, *service ? &**service : nullptr};
        const auto good = env_.declarations->read(document, place);
        if (!good) co_return good.error();
        after = (*good)->shown;
    }
    const auto fit = co_await check_rules_fit(by.team_id, account_id, *after);
    if (!fit) co_return fit.error();
    for (int attempt = 1;; ++attempt) {
        const auto before = co_await get(by.team_id, account_id);
        if (!before) co_return before.error();
        if (expect && *expect != before->version) co_return changed(before->version);
        if (document == before->document) co_return *before;
        storage::declarations_row row{by.team_id, account_id, before->version + 1,
                                      document,   by.id,      env_.clock.now()};
        std::vector<storage::change> changes{storage::put_declarations{row}};
        const auto announced =
            changes_.announce(changes, storage::logged_kind::account_state, {account_id});
        auto stored = co_await env_.store.commit(std::move(changes));
        // Even if the commit failed: its outcome is unknown, and reading the store again is always
        // safe.
        grants_.account_state_changed(account_id);
        if (!stored && stored.error().code == "version_changed" &&
            attempt < put_declarations_attempts)
            continue;
        if (!stored) co_return stored.error();
        co_await changes_.settled(announced);
        env_.log.info("declarations_changed", {{"team", by.team_id},
                                               {"account", account_id},
                                               {"version", row.version},
                                               {"key", by.id}});
        co_return row;
    }
}

awaitable<result<std::shared_ptr<const declared_tools>>> declarations::in_force(
    std::string team_id, std::string account_id) {
    auto row = co_await get(team_id, account_id);
    if (!row) co_return row.error();
    const auto service = co_await service_of_account(std::move(team_id), account_id);
    if (!service) co_return service.error();
    grant_declarations once{env_.declarations};
    const declarations_place place{std::move(account_id), row->version,
                                   *service ? &**service : nullptr};
    co_return once.of(place, row->document);
}

}  // namespace tollgate::tenancy
