// Asks the product's rules about calls that come in on standard input, one JSON object a line, for
// tests/policy/model.py, which has rules of its own and compares.
//
//   decide_host facts TOOL...   what the rules know of these tools, a line each
//   decide_host {"team":[…],"account":[…],"server":[…],"tool":…,"arguments":{…},"now":…}
//                               => {"effect":…,"rule":…} or {"error":CODE}
//   "state":{"remaining":…,"created":…,"open_dispute":…,"capturable":…,"repeated":…}: what rules
//   about Stripe's state find; what is absent could not be read
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/tools/directory.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/policy/rule_reader.hpp"

namespace {

using nlohmann::json;
namespace tenancy = tollgate::tenancy;
namespace stripe = tollgate::stripe;

void add_paths(const stripe::parameter& one, std::vector<std::string> before, json& out) {
    constexpr std::size_t depth_max = 8;
    if (!one.name().empty()) {
        before.emplace_back(one.name());
        out.push_back(before);
    }
    if (before.size() >= depth_max) return;
    if (one.type() == stripe::value_type::map) return;
    for (const auto& child : one.children()) add_paths(child, before, out);
}

void print_facts(const stripe::catalogue_directory& directory, std::string_view name) {
    for (const auto& entry : directory.tools()) {
        if (entry.facts.name != name) continue;
        json out{{"name", std::string(name)},
                 {"method", std::string(tenancy::to_string(entry.facts.kind))},
                 {"tags", json::array()},
                 {"paths", json::array()},
                 {"maps", json::array()},
                 {"states", json::array()}};
        for (const auto kind : {tenancy::state_kind::remaining, tenancy::state_kind::dispute,
                                tenancy::state_kind::age, tenancy::state_kind::capturable,
                                tenancy::state_kind::repeat})
            if ((entry.states & bit(kind)) != 0) out["states"].push_back(to_string(kind));
        for (const auto tag : entry.facts.tags) out["tags"].push_back(std::string(tag));
        for (const auto& one : stripe::find_tool(name)->parameters()) {
            if (!one.documented()) continue;
            add_paths(one, {}, out["paths"]);
            const bool map = directory.takes(name, {one.name(), "any"}, false);
            if (map) out["maps"].push_back(std::string(one.name()));
        }
        std::cout << out.dump() << '\n';
    }
}

template <typename Value>
std::optional<Value> member(const json& of, const char* name) {
    if (!of.contains(name)) return {};
    return of.at(name).get<Value>();
}

tenancy::state_facts facts_of(const json& state, const tenancy::state_needs& needs) {
    tenancy::state_facts out;
    out.remaining = member<std::int64_t>(state, "remaining");
    out.open_dispute = member<bool>(state, "open_dispute");
    out.capturable = member<bool>(state, "capturable");
    if (const auto created = member<std::string>(state, "created"))
        out.created = tollgate::base::parse_timestamp(*created);
    for (const auto& one : needs.repeats) {
        out.looked_up.push_back(one.name);
        if (member<bool>(state, "repeated").value_or(false)) out.repeated.push_back(one.name);
    }
    return out;
}

json decision_on(const stripe::catalogue_directory& directory, const json& asked) {
    tenancy::call_policies rules{
        .tools = &directory, .live_writes_refused = false, .team = {}, .account = {}, .server = {}};
    const auto read = [&](const char* place, tenancy::layer where,
                          std::shared_ptr<const tenancy::policy>& into) -> std::string {
        auto list = tenancy::read_rules(asked.at(place).dump(), place);
        if (!list) return list.error().code;
        auto made = tenancy::make_policy(std::move(*list), where, 1, place, directory, place);
        if (!made) return made.error().code;
        into = std::move(*made);
        return {};
    };
    for (const auto& why : {read("team", tenancy::layer::team, rules.team),
                            read("account", tenancy::layer::account, rules.account),
                            read("server", tenancy::layer::server, rules.server)})
        if (!why.empty()) return {{"error", why}};
    // {"layer":…,"rule":…,"open":…}: an exception that ends in a second, or has just ended.
    const auto now = tollgate::base::parse_timestamp(asked.at("now").get<std::string>());
    for (const auto& one : asked.value("exceptions", json::array())) {
        const auto where = tenancy::policy_layer(one.at("layer").get<std::string>());
        const std::chrono::seconds left{one.at("open").get<bool>() ? 1 : 0};
        rules.exceptions.push_back(
            {"exc_1", where.value(), one.at("rule").get<std::string>(), "", "", {}, *now + left});
    }
    const auto name = asked.at("tool").get<std::string>();
    simdjson::dom::parser parser;
    const simdjson::padded_string arguments{asked.at("arguments").dump()};
    simdjson::dom::object object;
    if (parser.parse(arguments).get(object) != simdjson::SUCCESS) return {{"error", "arguments"}};
    tenancy::call_charges charges;
    tenancy::call_facts call{.tool = name,
                             .kind = stripe::find_tool(name)->kind(),
                             .arguments = object,
                             .now = now.value()};
    auto decided = tenancy::decide(rules, call, charges);
    if (decided.outcome != tenancy::effect::deny && charges.needs.any()) {
        const auto state = facts_of(asked.value("state", json::object()), charges.needs);
        call.state = &state;
        charges = {};
        decided = tenancy::decide(rules, call, charges);
    }
    json observed = json::array();
    for (const auto& one : decided.observed) observed.push_back(one.id);
    return {{"effect", std::string(tenancy::to_string(decided.outcome))},
            {"rule", decided.rule},
            {"layer", std::string(tenancy::to_string(decided.where))},
            {"observed", observed},
            {"counted", charges.counts.size() + charges.caps.size()}};
}

}  // namespace

int main(int argc, char** argv) {
    const stripe::catalogue_directory directory;
    const std::vector<std::string> words{argv + 1, argv + argc};
    if (!words.empty() && words.front() == "facts") {
        for (std::size_t i = 1; i < words.size(); ++i) print_facts(directory, words[i]);
        return 0;
    }
    std::ios::sync_with_stdio(false);
    std::string line;
    while (std::getline(std::cin, line))
        std::cout << decision_on(directory, json::parse(line)).dump() << '\n';
    return 0;
}
