#include "tenancy/server_config.hpp"

#include <algorithm>

#include "base/nearest.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t words_max = 1000;
constexpr std::size_t quoted_characters_max = 64;

std::string quoted(std::string_view word) {
    return "'" + std::string{word.substr(0, quoted_characters_max)} + "'";
}

std::string element(std::string_view list, std::size_t index) {
    return std::string{list} + "[" + std::to_string(index) + "]";
}

result<> check_size(const std::optional<words>& list, const std::string& field, bool may_be_empty) {
    if (!list) return {};
    if (list->empty() && !may_be_empty)
        return invalid("empty_list",
                       field + " is an empty list: leave it out to allow all, or name at least one",
                       field);
    if (list->size() > words_max)
        return invalid("too_many_words", field + " has more than 1000 entries", field);
    return {};
}

result<> check_methods(const words& methods) {
    for (std::size_t i = 0; i < methods.size(); ++i)
        if (!parse_method_word(methods[i]))
            return invalid("unknown_method",
                           "unknown method " + quoted(methods[i]) +
                               "; the methods are: " + std::string{legal_method_words()},
                           element("config.methods", i));
    return {};
}

std::vector<std::string_view> known_tags(const tool_directory& tools) {
    std::vector<std::string_view> out;
    for (const directory_entry& entry : tools.tools())
        out.insert(out.end(), entry.facts.tags.begin(), entry.facts.tags.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

result<> check_tags(const words& tags, const tool_directory& tools) {
    const auto known = known_tags(tools);
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (std::binary_search(known.begin(), known.end(), std::string_view{tags[i]})) continue;
        std::string message = "unknown tag " + quoted(tags[i]) + "; the tags are: ";
        std::string_view comma;
        for (const std::string_view tag : base::by_distance(tags[i], known)) {
            message += comma;
            message += tag;
            comma = ", ";
        }
        return invalid("unknown_tag", std::move(message), element("config.tags", i));
    }
    return {};
}

result<> check_names(const words& names, std::string_view field, const tool_directory& tools) {
    std::vector<std::string_view> known;
    known.reserve(tools.tools().size());
    for (const directory_entry& entry : tools.tools()) known.push_back(entry.facts.name);
    std::sort(known.begin(), known.end());
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::binary_search(known.begin(), known.end(), std::string_view{names[i]})) continue;
        const std::string_view near = base::nearest_word(names[i], known);
        std::string message = "unknown tool " + quoted(names[i]);
        message += near.empty() ? std::string{"; GET /integrated-account/{id}/tools lists them all"}
                                : "; did you mean '" + std::string{near} + "'?";
        return invalid("unknown_tool", std::move(message), element(field, i));
    }
    return {};
}

words sorted(words list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}

result<> check_words(const server_config& config, const tool_directory& tools) {
    auto good = check_size(config.methods, "config.methods", false);
    if (good) good = check_size(config.tags, "config.tags", false);
    if (good) good = check_size(config.allow, "config.tools.allow", false);
    if (good) good = check_size(config.deny, "config.tools.deny", true);
    if (good && config.methods) good = check_methods(*config.methods);
    if (good && config.tags) good = check_tags(*config.tags, tools);
    if (good && config.allow) good = check_names(*config.allow, "config.tools.allow", tools);
    if (good && config.deny) good = check_names(*config.deny, "config.tools.deny", tools);
    return good;
}

}  // namespace

tool_filter filter_of(const server_config& config) {
    tool_filter filter;
    if (config.methods) {
        filter.methods = 0;
        for (const std::string& word : *config.methods)
            filter.methods =
                static_cast<method_set>(filter.methods | parse_method_word(word).value_or(0));
    }
    if (config.tags) filter.tags = *config.tags;
    if (config.allow) filter.allow = sorted(*config.allow);
    if (config.deny) filter.deny = sorted(*config.deny);
    return filter;
}

result<tool_filter> check_config(const server_config& config, const tool_directory& tools) {
    auto good = check_words(config, tools);
    if (!good) return good.error();
    tool_filter filter = filter_of(config);
    const auto entries = tools.tools();
    const bool any = std::any_of(entries.begin(), entries.end(), [&](const directory_entry& entry) {
        return filter.passes(entry.facts);
    });
    if (!any)
        return invalid(
            "filter_matches_no_tool",
            "no tool passes this filter: a tool must be of one of the methods, carry one "
            "of the tags, be on the allow list and not on the deny list; widen one of "
            "them",
            "config");
    return filter;
}

}  // namespace tollgate::tenancy
