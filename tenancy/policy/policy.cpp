#include "tenancy/policy/policy.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "base/nearest.hpp"
#include "tenancy/policy/possible_rules.hpp"
#include "tenancy/policy/state_checks.hpp"
#include "tenancy/rules/composite_tools.hpp"

namespace tollgate::tenancy {

namespace {

bool selects(const rule& one, const tool_facts& tool) {
    if ((one.methods & bit(tool.kind)) == 0) return false;
    if (!one.tools.empty() && std::ranges::find(one.tools, tool.name) == one.tools.end())
        return false;
    if (std::ranges::find(one.except_tools, tool.name) != one.except_tools.end()) return false;
    return one.tags.empty() || std::ranges::any_of(one.tags, [&](const auto& tag) {
               return std::ranges::find(tool.tags, tag) != tool.tags.end();
           });
}

// The argument that decides whether the rule applies to a tool.
const argument_paths& deciding_paths(const condition& when) {
    const auto* const required = std::get_if<required_arguments>(&when);
    static const argument_paths none;
    return required != nullptr ? none : paths_of(when);
}

bool takes_any(const tool_directory& tools, std::string_view tool, const argument_paths& paths) {
    return std::ranges::any_of(paths, [&](const argument_path& path) {
        return tools.takes(tool, path.names(), path.any_depth());
    });
}

// True if a rule with that condition can say something about the tool's calls.
bool has_state(const condition& when, const directory_entry& tool) {
    const auto needed = state_of(when);
    return !needed || (tool.states & bit(*needed)) != 0;
}

ready_rule ready(rule one, const tool_directory& tools) {
    const auto all = tools.tools();
    ready_rule out{std::move(one), tool_set(all.size())};
    const auto& paths = deciding_paths(out.what.when);
    out.at_top.assign(paths.size(), tool_set(all.size()));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto name = all[i].facts.name;
        if (!selects(out.what, all[i].facts)) continue;
        if (!paths.empty() && !takes_any(tools, name, paths)) continue;
        if (!has_state(out.what.when, all[i])) continue;
        out.tools.add(i);
        for (std::size_t p = 0; p < paths.size(); ++p) {
            const auto top = paths[p].top_name();
            if (!top.empty() && tools.takes(name, {top}, false)) out.at_top[p].add(i);
        }
    }
    return out;
}

std::string as_named(std::string_view text) {
    return '\'' + std::string(text) + '\'';
}

base::result<> check_tools(const std::vector<std::string>& given, const tool_directory& tools,
                           const std::string& field) {
    std::vector<std::string_view> names;
    for (const auto& entry : tools.tools()) names.push_back(entry.facts.name);
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (std::ranges::binary_search(names, std::string_view(given[i]))) continue;
        if (is_composite(given[i]))
            return base::invalid("composite_tool",
                                 as_named(given[i]) +
                                     " is made of calls of other tools, and rules decide on those: "
                                     "explain names them in made_of",
                                 field + '[' + std::to_string(i) + ']');
        const auto near = base::nearest_word(given[i], names);
        return base::invalid("unknown_tool",
                             "there is no tool " + as_named(given[i]) +
                                 (near.empty() ? "" : "; did you mean " + as_named(near) + '?'),
                             field + '[' + std::to_string(i) + ']');
    }
    return {};
}

base::result<> check_tags(const rule& one, const tool_directory& tools, const std::string& field) {
    std::set<std::string_view> known;
    for (const auto& entry : tools.tools())
        known.insert(entry.facts.tags.begin(), entry.facts.tags.end());
    const std::vector<std::string_view> all{known.begin(), known.end()};
    for (std::size_t i = 0; i < one.tags.size(); ++i) {
        if (known.contains(one.tags[i])) continue;
        if (one.tags[i] == operations_tag.front())
            return base::invalid("composite_tool",
                                 "the tools of the tag 'operations' are made of calls of other "
                                 "tools, and rules decide on those: explain names them in made_of",
                                 field + ".tags[" + std::to_string(i) + ']');
        const auto near = base::by_distance(one.tags[i], all);
        return base::invalid("unknown_tag",
                             "there is no tag " + as_named(one.tags[i]) + "; did you mean " +
                                 as_named(near.front()) + '?',
                             field + ".tags[" + std::to_string(i) + ']');
    }
    return {};
}

// A rule must be able to apply to something: one that never does is a mistake.
base::result<> check_reach(const ready_rule& one, const tool_directory& tools,
                           const std::string& field) {
    const auto all = tools.tools();
    const bool any_tool =
        std::ranges::any_of(all, [&](const auto& entry) { return selects(one.what, entry.facts); });
    if (!any_tool)
        return base::invalid("matches_no_tool",
                             "no tool has all that the rule selects by tools, methods and tags",
                             field);
    const bool any_state = std::ranges::any_of(all, [&](const auto& entry) {
        return selects(one.what, entry.facts) && has_state(one.what.when, entry);
    });
    if (!any_state)
        return base::invalid("no_such_state",
                             "none of the tools that the rule selects is about an object of which "
                             "Stripe's state can answer this condition",
                             field);
    for (const auto& path : paths_of(one.what.when)) {
        const bool taken = std::ranges::any_of(all, [&](const auto& entry) {
            return selects(one.what, entry.facts) &&
                   tools.takes(entry.facts.name, path.names(), path.any_depth());
        });
        if (taken) continue;
        return base::invalid(
            "no_such_argument",
            "none of the tools that the rule selects has an argument " + as_named(path.text()),
            field);
    }
    return {};
}

// What a decision need not work out for each call.
void prepare_counting(policy& out) {
    std::vector<ready_rule*> by_name;
    for (auto& one : out.rules) {
        one.counted_as = out.scope + '|' + one.what.id + '|';
        by_name.push_back(&one);
        if (std::holds_alternative<cap_limit>(one.what.when)) ++out.caps;
    }
    std::ranges::sort(by_name, {}, &ready_rule::counted_as);
    for (std::size_t i = 0; i < by_name.size(); ++i)
        by_name[i]->rank = static_cast<std::uint32_t>(i);
}

std::shared_ptr<policy> empty_policy(layer where, std::int64_t version, std::string scope) {
    auto out = std::make_shared<policy>();
    out->where = where;
    out->version = version;
    out->scope = std::move(scope);
    return out;
}

}  // namespace

bool tool_set::empty() const noexcept {
    return std::ranges::all_of(bits_, [](std::uint64_t word) { return word == 0; });
}

bool tool_set::overlaps(const tool_set& other) const noexcept {
    for (std::size_t i = 0; i < bits_.size(); ++i)
        if ((bits_[i] & other.bits_[i]) != 0) return true;
    return false;
}

base::result<std::shared_ptr<const policy>> make_policy(std::vector<rule> rules, layer where,
                                                        std::int64_t version, std::string scope,
                                                        const tool_directory& tools,
                                                        const std::string& field) {
    auto out = empty_policy(where, version, std::move(scope));
    std::set<std::string> ids;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const std::string place = field + '[' + std::to_string(i) + ']';
        if (!ids.insert(rules[i].id).second)
            return base::invalid("duplicate_id", "another rule has the id " + as_named(rules[i].id),
                                 place + ".id");
        auto good = check_tools(rules[i].tools, tools, place + ".tools");
        if (good) good = check_tools(rules[i].except_tools, tools, place + ".except_tools");
        if (good) good = check_tags(rules[i], tools, place);
        if (!good) return good.error();
        auto made = ready(std::move(rules[i]), tools);
        good = check_reach(made, tools, place);
        if (good) good = check_possible(made, tools, place);
        if (good) good = check_together(out->rules, made, place);
        if (!good) return good.error();
        out->rules.push_back(std::move(made));
    }
    prepare_counting(*out);
    return std::shared_ptr<const policy>{std::move(out)};
}

std::shared_ptr<const policy> stored_policy(std::vector<rule> rules, layer where,
                                            std::int64_t version, std::string scope,
                                            const tool_directory& tools) {
    auto out = empty_policy(where, version, std::move(scope));
    for (auto& one : rules) out->rules.push_back(ready(std::move(one), tools));
    prepare_counting(*out);
    return out;
}

}  // namespace tollgate::tenancy
