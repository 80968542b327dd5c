#include "tenancy/grants/grant_policies.hpp"

#include <algorithm>
#include <utility>

#include "tenancy/policy/rule_reader.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::string_view guardrails_field = "config.guardrails";

// Beyond this number, entries whose rules are no longer used are removed.
constexpr std::size_t known_policies_max = 4'096;

base::failure unreadable(const base::failure& why) {
    return base::fail(base::errc::corrupt, "stored_rules",
                      "stored rules cannot be read: " + why.message);
}

}  // namespace

base::result<std::shared_ptr<const policy>> grant_policies::shared(layer where,
                                                                   const std::string& scope,
                                                                   std::int64_t version,
                                                                   const std::string& rules,
                                                                   const tool_directory* own) {
    if (version == 0) return std::shared_ptr<const policy>{};
    if (own != nullptr) {
        auto read = read_rules(rules, "rules");
        if (!read) return unreadable(read.error());
        if (read->empty()) return std::shared_ptr<const policy>{};
        return stored_policy(std::move(*read), where, version, scope, *own);
    }
    const std::lock_guard lock{mutex_};
    if (const auto found = known_.find(scope); found != known_.end())
        if (auto kept = found->second.lock(); kept && kept->version == version) return kept;
    auto read = read_rules(rules, "rules");
    if (!read) return unreadable(read.error());
    if (read->empty()) return std::shared_ptr<const policy>{};
    auto made = stored_policy(std::move(*read), where, version, scope, tools_);
    if (known_.size() >= known_policies_max)
        std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    known_[scope] = made;
    return made;
}

base::result<std::shared_ptr<const call_policies>> grant_policies::of(const storage::grant_row& row,
                                                                      const server_config& config,
                                                                      const tool_directory* own) {
    const tool_directory& tools = own == nullptr ? tools_ : *own;
    call_policies out{.tools = &tools,
                      .live_writes_refused = refuses_live_writes(
                          config, {row.account.mode, row.team_allow_live_writes}),
                      .team = {},
                      .account = {},
                      .server = {}};
    auto team =
        shared(layer::team, row.server.team_id, row.team_policy_version, row.team_rules, own);
    if (!team) return team.error();
    auto account =
        shared(layer::account, row.account.id, row.account_policy_version, row.account_rules, own);
    if (!account) return account.error();
    if (config.guardrails) {
        auto read = read_rules(*config.guardrails, std::string(guardrails_field));
        if (!read) return unreadable(read.error());
        if (!read->empty())
            out.server = stored_policy(std::move(*read), layer::server, row.server.version,
                                       row.server.id, tools);
    }
    if (config.exceptions) {
        auto read = decode_exceptions(*config.exceptions);
        if (!read) return unreadable(read.error());
        out.exceptions = std::move(*read);
    }
    out.team = std::move(*team);
    out.account = std::move(*account);
    if (!out.team && !out.account && !out.server && !out.live_writes_refused)
        return std::shared_ptr<const call_policies>{};
    return std::make_shared<const call_policies>(std::move(out));
}

base::result<std::shared_ptr<const policy>> guardrails_of(const server_config& config,
                                                          std::string server_id,
                                                          const tool_directory& tools) {
    if (!config.guardrails) return std::shared_ptr<const policy>{};
    const std::string field{guardrails_field};
    auto read = read_rules(*config.guardrails, field);
    if (!read) return read.error();
    if (read->empty()) return std::shared_ptr<const policy>{};
    return make_policy(std::move(*read), layer::server, 0, std::move(server_id), tools, field);
}

bool refuses_live_writes(const server_config& config, const live_writes_facts& of) {
    return of.mode == account_mode::live && !of.team_allows &&
           !config.allow_live_writes.value_or(true);
}

tool_filter own_filter(const server_config& config, const live_writes_facts& of,
                       const tool_directory& tools) {
    call_policies own{.tools = &tools,
                      .live_writes_refused = refuses_live_writes(config, of),
                      .team = {},
                      .account = {},
                      .server = {}};
    auto guardrails = guardrails_of(config, {}, tools);
    if (guardrails) own.server = std::move(*guardrails);
    return without_refused(filter_of(config), own);
}

std::vector<std::string> rules_outside_filter(const server_config& config,
                                              const tool_directory& tools) {
    std::vector<std::string> out;
    const auto guardrails = guardrails_of(config, {}, tools);
    if (!guardrails || !*guardrails) return out;
    const tool_filter filter = filter_of(config);
    const auto all = tools.tools();
    tool_set reached{all.size()};
    for (std::size_t i = 0; i < all.size(); ++i)
        if (filter.passes(all[i].facts)) reached.add(i);
    for (const ready_rule& one : (*guardrails)->rules)
        if (!one.tools.overlaps(reached)) out.push_back(one.what.id);
    return out;
}

tool_filter without_refused(tool_filter filter, const call_policies& rules) {
    for (const auto& entry : rules.tools->tools())
        if (always_refused(rules, entry.facts.name, entry.facts.kind))
            filter.deny.emplace_back(entry.facts.name);
    std::ranges::sort(filter.deny);
    return filter;
}

}  // namespace tollgate::tenancy
