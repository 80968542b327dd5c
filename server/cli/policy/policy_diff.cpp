#include "server/cli/policy/policy_diff.hpp"

#include <vector>

#include "base/json_reader.hpp"

namespace tollgate::server {

namespace {

using base::json;

// A rule as it is written, and as it applies.
struct written_rule {
    std::string id;
    json members;
    std::size_t tools = 0;
};

std::size_t count_of(const tenancy::tool_set& set, const tenancy::tool_directory& tools) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < tools.tools().size(); ++i) out += set.has(i) ? 1 : 0;
    return out;
}

std::vector<written_rule> rules_in(const policy_file& file, const tenancy::tool_directory& tools) {
    const auto body = json::parse(file.body, nullptr, false);
    std::vector<written_rule> out;
    const auto& ready = file.rules->rules;
    for (std::size_t i = 0; i < ready.size(); ++i)
        out.push_back({ready[i].what.id, body["rules"][i], count_of(ready[i].tools, tools)});
    return out;
}

const written_rule* find_rule(const std::vector<written_rule>& in, const std::string& id) {
    for (const auto& one : in)
        if (one.id == id) return &one;
    return nullptr;
}

std::string tools_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " tool" : " tools");
}

void add_rule(std::string& out, char mark, const written_rule& one) {
    out += mark;
    out += ' ' + one.id + " (" + tools_text(one.tools) + "): " + one.members.dump() + '\n';
}

std::string shown_member(const json& rule, const std::string& name) {
    return rule.contains(name) ? rule[name].dump() : "not given";
}

// Members in the order of `before`, then those that only `after` has.
void add_changes(std::string& out, const written_rule& before, const written_rule& after) {
    std::string lines;
    const auto compare = [&](const std::string& name) {
        const auto old = shown_member(before.members, name);
        const auto now = shown_member(after.members, name);
        if (old != now) lines += "    " + name + ": " + old + " -> " + now + '\n';
    };
    for (const auto& [name, value] : before.members.items()) compare(name);
    for (const auto& [name, value] : after.members.items())
        if (!before.members.contains(name)) compare(name);
    if (lines.empty()) return;
    out += "~ " + after.id + " (" + tools_text(before.tools);
    if (before.tools != after.tools) out += " -> " + tools_text(after.tools);
    out += ")\n" + lines;
}

// The ids that `of` and `other` have in common, in the order of `of`.
std::vector<std::string> common_ids(const std::vector<written_rule>& rules,
                                    const std::vector<written_rule>& other) {
    std::vector<std::string> out;
    for (const auto& one : rules)
        if (find_rule(other, one.id) != nullptr) out.push_back(one.id);
    return out;
}

}  // namespace

std::string policy_diff(const policy_file& before, const policy_file& after,
                        const tenancy::tool_directory& tools) {
    const auto old = rules_in(before, tools);
    const auto now = rules_in(after, tools);
    std::string out;
    for (const auto& one : old)
        if (find_rule(now, one.id) == nullptr) add_rule(out, '-', one);
    for (const auto& one : now) {
        const auto* const was = find_rule(old, one.id);
        if (was == nullptr)
            add_rule(out, '+', one);
        else
            add_changes(out, *was, one);
    }
    const auto order = common_ids(now, old);
    if (order == common_ids(old, now)) return out;
    out += "order:";
    for (const auto& id : order) out += ' ' + id;
    return out + '\n';
}

}  // namespace tollgate::server
