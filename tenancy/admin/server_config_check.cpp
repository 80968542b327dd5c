#include "tenancy/admin/server_config_check.hpp"

#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/policy/presets.hpp"

namespace tollgate::tenancy {

base::result<> apply_preset(server_config& config) {
    if (!config.preset) return {};
    const preset* const named = find_preset(*config.preset);
    if (named == nullptr)
        return base::invalid(
            "unknown_value",
            "config.preset is '" + *config.preset + "'; it may be: " + preset_ids(),
            "config.preset");
    const auto has = decode_config(named->config);
    if (!has) return has.error();
    if (!config.methods) config.methods = has->methods;
    if (!config.tags) config.tags = has->tags;
    if (!config.guardrails) config.guardrails = has->guardrails;
    return {};
}

void apply_default_methods(server_config& config, const tenancy_limits& limits) {
    if (!config.methods && !config.allow && !limits.default_methods.empty())
        config.methods = limits.default_methods;
}

base::result<> check_filter_and_rules(const server_config& config, const std::string& id,
                                      const tool_directory& tools) {
    const auto filter = check_config(config, tools);
    if (!filter) return filter.error();
    const auto guardrails = guardrails_of(config, id, tools);
    if (!guardrails) return guardrails.error();
    return {};
}

base::result<server_config> config_of_change(server_config config, const server_config* before,
                                             const std::string& id, const tool_directory& tools) {
    // Live writes are changed only by naming the setting, never by leaving it out.
    if (before && !config.allow_live_writes) config.allow_live_writes = before->allow_live_writes;
    if (before) config.exceptions = before->exceptions;
    auto good = apply_preset(config);
    if (good) good = check_filter_and_rules(config, id, tools);
    if (!good) return good.error();
    return config;
}

}  // namespace tollgate::tenancy
