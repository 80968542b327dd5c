#include "stripe/listing/reach.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/json_text.hpp"
#include "stripe/listing/named_tools.hpp"
#include "stripe/listing/visibility.hpp"
#include "stripe/request/argument_path.hpp"
#include "stripe/request/field_path.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::tool_filter;
using readers_by_object = std::map<std::string_view, std::vector<const operation*>, std::less<>>;

bool reads(const operation& one) {
    return one.exposed() && one.method() == http_method::get;
}

// The tools that read each object. Built once.
const readers_by_object& readers() {
    static const readers_by_object all = [] {
        readers_by_object out;
        for (const auto& one : operations()) {
            if (!reads(one)) continue;
            for (const auto object : one.response_objects()) out[object].push_back(&one);
        }
        return out;
    }();
    return all;
}

// The operations that read. A filter without tool lists decides by kind and tags only, so one
// operation of each kind and set of tags stands for the others.
struct reading_operations {
    std::size_t count = 0;
    std::vector<const operation*> different;  // one per kind and set of tags
};

bool judged_alike(const operation& one, const operation& other) {
    return one.kind() == other.kind() && std::ranges::equal(one.tags(), other.tags());
}

// Made once.
const reading_operations& reading() {
    static const reading_operations all = [] {
        reading_operations out;
        for (const auto& one : operations()) {
            if (!reads(one)) continue;
            ++out.count;
            const auto same = [&](const operation* seen) { return judged_alike(one, *seen); };
            if (std::ranges::none_of(out.different, same)) out.different.push_back(&one);
        }
        return out;
    }();
    return all;
}

bool is_reading_tool(std::string_view name) {
    const auto* const named = find_tool(name);
    return named != nullptr && reads(*named);
}

// True if `filter` leaves out a tool that reads. Runs for every call, so it checks few tools.
bool hides_anything(const tool_filter& filter) {
    if (filter.methods == tenancy::all_methods && filter.tags.empty() && filter.allow.empty() &&
        filter.deny.empty())
        return false;
    if (std::ranges::any_of(filter.deny, is_reading_tool)) return true;
    if (!filter.allow.empty())
        return std::ranges::any_of(operations(), [&](const operation& one) {
            return reads(one) && !filter.passes(facts_of(one));
        });
    return std::ranges::any_of(
        reading().different, [&](const operation* one) { return !filter.passes(facts_of(*one)); });
}

std::string_view without_deletion(std::string_view object) {
    constexpr std::string_view mark = "deleted_";
    if (object.starts_with(mark)) object.remove_prefix(mark.size());
    return object;
}

// The first object of `reached` that the filter hides, or empty.
std::string_view hidden_object(const tool_filter& filter,
                               const std::vector<std::string_view>& reached) {
    for (const auto object : reached)
        if (!may_read_object(filter, object)) return without_deletion(object);
    return {};
}

base::failure hidden_failure(const std::string& argument, std::string_view path,
                             std::string_view object) {
    return base::invalid(
        "object_not_exposed",
        '\'' + argument + "' reaches objects of the kind '" + std::string(object) + "' by '" +
            clipped(path) +
            "', and this MCP server has no tool that reads them: its methods, tags or tool lists "
            "leave them out. Leave the path out; an administrator can widen the server, or set "
            "config.expand to \"any\".",
        argument);
}

// True if the path enters an event's object, whose kind is known only from the answer.
bool enters_event_object(const operation& called, std::string_view path) {
    const auto objects = called.response_objects();
    return std::ranges::find(objects, "event") != objects.end() &&
           path.find("data.") != std::string_view::npos;
}

base::failure unfollowed_failure(const std::string& argument, std::string_view path) {
    return base::invalid(
        "object_not_exposed",
        '\'' + argument + "' names '" + clipped(path) +
            "', which the gateway cannot follow, so it cannot tell whether this MCP server may "
            "read "
            "what is there: its methods, tags or tool lists leave out a part of the API. Leave the "
            "path out; an administrator can widen the server, or set config.expand to \"any\".",
        argument);
}

std::optional<base::failure> field_refusal(const tool_filter& filter, const operation& called,
                                           const std::string& argument, std::string_view path) {
    const auto followed = follow_path(called, path, path_use::field);
    const auto hidden = hidden_object(filter, followed.expanded);
    if (!hidden.empty()) return hidden_failure(argument, path, hidden);
    if (argument != "fields" && enters_event_object(called, path) && hides_anything(filter))
        return unfollowed_failure(argument, path);
    return {};
}

std::optional<base::failure> expand_refusal(const tool_filter& filter, const operation& called,
                                            std::string_view path) {
    const auto followed = follow_path(called, path, path_use::expansion);
    const auto hidden = hidden_object(filter, followed.expanded);
    if (!hidden.empty()) return hidden_failure("expand", path, hidden);
    if (followed.end != path_end::known && hides_anything(filter))
        return unfollowed_failure("expand", path);
    return {};
}

// The position of the property `expand` in a tool's JSON: from its name to the end of its schema.
struct expand_place {
    std::size_t begin = 0;
    std::size_t values = 0;  // after the bracket of its enum
    std::size_t values_end = 0;
    std::size_t end = 0;
};

// Quotes inside a JSON string are escaped, so these marks can only belong to the schema.
std::optional<expand_place> find_expand(std::string_view json) {
    constexpr std::string_view name = R"("expand":{"type":"array")";
    constexpr std::string_view values = R"("enum":[)";
    constexpr std::string_view tail = "]}}";
    expand_place out;
    out.begin = json.find(name);
    if (out.begin == std::string_view::npos) return {};
    out.values = json.find(values, out.begin);
    if (out.values == std::string_view::npos) return {};
    out.values += values.size();
    out.values_end = json.find(tail, out.values);
    if (out.values_end == std::string_view::npos) return {};
    out.end = out.values_end + tail.size();
    return out;
}

// The paths of `expand` that remain, as the content of a JSON array.
std::string kept_paths(const tool_filter& filter, const operation& one, std::string_view listed) {
    std::string out;
    while (!listed.empty()) {
        const auto end = std::min(listed.find(','), listed.size());
        const auto quoted = listed.substr(0, end);
        listed.remove_prefix(std::min(listed.size(), end + 1));
        if (quoted.size() < 2) continue;
        const auto path = quoted.substr(1, quoted.size() - 2);
        if (expand_refusal(filter, one, path)) continue;
        if (!out.empty()) out += ',';
        out += quoted;
    }
    return out;
}

std::string without_property(std::string_view json, const expand_place& at) {
    auto head = json.substr(0, at.begin);
    auto rest = json.substr(at.end);
    if (rest.starts_with(','))
        rest.remove_prefix(1);
    else if (head.ends_with(','))
        head.remove_suffix(1);
    return std::string(head) + std::string(rest);
}

// The tool with only those paths of `expand` that the grant may read.
std::string with_reachable_paths(const tenancy::grant& grant, const operation& one,
                                 std::string_view json) {
    const auto at = grant.expand_any ? std::nullopt : find_expand(json);
    if (!at) return std::string(json);
    const auto listed = json.substr(at->values, at->values_end - at->values);
    const auto kept = kept_paths(grant.filter, one, listed);
    if (kept.size() == listed.size()) return std::string(json);
    if (kept.empty()) return without_property(json, *at);
    std::string out{json.substr(0, at->values)};
    return out.append(kept).append(json.substr(at->values_end));
}

}  // namespace

bool may_read_object(const tool_filter& filter, std::string_view object) {
    const auto found = readers().find(without_deletion(object));
    if (found == readers().end()) return true;
    return std::ranges::any_of(found->second,
                               [&](const operation* one) { return filter.passes(facts_of(*one)); });
}

bool limits_reach(const tenancy::grant& grant) {
    return !grant.expand_any && hides_anything(grant.filter);
}

std::optional<base::failure> reach_refusal(const tenancy::grant& grant, const operation& called,
                                           const own_arguments& own,
                                           const std::optional<aggregate_request>& aggregate) {
    if (grant.expand_any) return {};
    for (const auto& path : own.expanded)
        if (auto why = expand_refusal(grant.filter, called, path)) return why;
    for (const auto& path : own.fields)
        if (auto why = field_refusal(grant.filter, called, "fields", path)) return why;
    if (!aggregate) return {};
    if (auto why = field_refusal(grant.filter, called, "aggregate.group_by", aggregate->group_by))
        return why;
    return field_refusal(grant.filter, called, "aggregate.value", aggregate->value);
}

std::string shown_tool(const tenancy::grant& grant, const operation& one) {
    if (!names_others(one)) return with_reachable_paths(grant, one, one.tool_json());
    const auto shown = without_hidden_names(one.tool_json(), one, visible_to(grant));
    return with_reachable_paths(grant, one, shown);
}

}  // namespace tollgate::stripe
