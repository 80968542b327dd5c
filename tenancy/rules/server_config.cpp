#include "tenancy/rules/server_config.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "tenancy/rules/composite_tools.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t words_max = 1000;
constexpr std::size_t quoted_characters_max = 64;

std::string quoted_word(std::string_view word) {
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
                           "unknown method " + quoted_word(methods[i]) +
                               "; the methods are: " + std::string{legal_method_words()},
                           element("config.methods", i));
    return {};
}

std::vector<std::string_view> known_tags(const tool_directory& tools) {
    std::vector<std::string_view> out;
    for (const directory_entry& entry : tools.tools())
        out.insert(out.end(), entry.facts.tags.begin(), entry.facts.tags.end());
    out.insert(out.end(), operations_tag.begin(), operations_tag.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

result<> check_tags(const words& tags, const tool_directory& tools) {
    const auto known = known_tags(tools);
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (std::binary_search(known.begin(), known.end(), std::string_view{tags[i]})) continue;
        std::string message = "unknown tag " + quoted_word(tags[i]) + "; the tags are: ";
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
    known.reserve(tools.tools().size() + composite_tools.size());
    for (const directory_entry& entry : tools.tools()) known.push_back(entry.facts.name);
    for (const tool_facts& one : composite_tools) known.push_back(one.name);
    std::sort(known.begin(), known.end());
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::binary_search(known.begin(), known.end(), std::string_view{names[i]})) continue;
        const std::string_view near = base::nearest_word(names[i], known);
        std::string message = "unknown tool " + quoted_word(names[i]);
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
    if (good) good = check_size(config.pinned, "config.tools.pinned", true);
    if (good) good = check_size(config.redact, "config.redact", true);
    if (good && config.methods) good = check_methods(*config.methods);
    if (good && config.tags) good = check_tags(*config.tags, tools);
    if (good && config.allow) good = check_names(*config.allow, "config.tools.allow", tools);
    if (good && config.deny) good = check_names(*config.deny, "config.tools.deny", tools);
    if (good && config.pinned) good = check_names(*config.pinned, "config.tools.pinned", tools);
    return good;
}

result<> unknown_value(const std::string& field, std::string_view given, std::string_view legal) {
    return invalid("unknown_value",
                   field + " is " + quoted_word(given) + "; it may be: " + std::string{legal},
                   field);
}

result<> check_number(const std::optional<std::int64_t>& value, std::int64_t low, std::int64_t high,
                      const std::string& field) {
    if (!value || (*value >= low && *value <= high)) return {};
    return invalid("out_of_range",
                   field + " must be from " + std::to_string(low) + " to " + std::to_string(high),
                   field);
}

result<> check_redaction(const words& redact) {
    for (std::size_t i = 0; i < redact.size(); ++i)
        if (!parse_redaction(redact[i]))
            return unknown_value(element("config.redact", i), redact[i], legal_redaction_words());
    return {};
}

result<> check_serving(const server_config& config) {
    if (config.auth && *config.auth != "url" && *config.auth != "oauth" && *config.auth != "both")
        return unknown_value("config.auth", *config.auth, "url, oauth, both");
    if (config.auth == "oauth" && config.require_api_token_auth.value_or(false))
        return invalid("conflicting_fields",
                       "config.require_api_token_auth is about the MCP URL, which config.auth "
                       "'oauth' leaves out: an API key is asked for when a client is allowed",
                       "config.require_api_token_auth");
    if (config.listing && !parse_listing_mode(*config.listing))
        return unknown_value("config.listing", *config.listing, "auto, full, search");
    if (config.results && *config.results != "shaped" && *config.results != "raw")
        return unknown_value("config.results", *config.results, "shaped, raw");
    if (config.confirm && !parse_confirmation(*config.confirm))
        return unknown_value("config.confirm", *config.confirm, legal_confirmation_words());
    if (config.expand && *config.expand != "readable" && *config.expand != "any")
        return unknown_value("config.expand", *config.expand, "readable, any");
    if (config.rate_calls.has_value() != config.rate_seconds.has_value())
        return invalid("missing_field", "config.rate_limit needs both calls and seconds",
                       config.rate_calls ? "config.rate_limit.seconds" : "config.rate_limit.calls");
    auto good = config.redact ? check_redaction(*config.redact) : result<>{};
    if (good)
        good = check_number(config.list_tokens_max, list_tokens_min, list_tokens_max,
                            "config.list_tokens_max");
    if (good)
        good = check_number(config.result_tokens_max, result_tokens_min, result_tokens_max,
                            "config.result_tokens_max");
    if (good) good = check_number(config.rate_calls, 1, rate_calls_max, "config.rate_limit.calls");
    if (good)
        good = check_number(config.rate_seconds, 1, rate_seconds_max, "config.rate_limit.seconds");
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

listing_rules listing_of(const server_config& config) {
    listing_rules out;
    if (config.listing) out.mode = parse_listing_mode(*config.listing).value_or(out.mode);
    if (config.list_tokens_max)
        out.tokens_max = static_cast<std::uint32_t>(*config.list_tokens_max);
    out.pinned = config.pinned;
    out.deep_research = config.deep_research.value_or(false);
    return out;
}

// An unknown value requires confirmation for all writes, because its purpose was to restrict calls.
confirmation confirmation_of(const server_config& config) {
    if (!config.confirm) return confirmation::none;
    return parse_confirmation(*config.confirm).value_or(confirmation::write);
}

result_rules results_of(const server_config& config) {
    result_rules out;
    out.raw = config.results == "raw";
    if (config.result_tokens_max)
        out.tokens_max = static_cast<std::uint32_t>(*config.result_tokens_max);
    for (const std::string& word : config.redact.value_or(words{}))
        if (const auto known = parse_redaction(word))
            out.redact = static_cast<redaction_set>(out.redact | static_cast<unsigned>(*known));
    return out;
}

std::optional<call_rate> rate_of(const server_config& config) {
    if (!config.rate_calls || !config.rate_seconds) return {};
    return call_rate{static_cast<std::uint32_t>(*config.rate_calls),
                     static_cast<std::uint32_t>(*config.rate_seconds)};
}

server_auth auth_of(const server_config& config) {
    if (config.auth == "oauth") return server_auth::oauth;
    return config.auth == "both" ? server_auth::both : server_auth::url;
}

result<tool_filter> check_config(const server_config& config, const tool_directory& tools) {
    auto good = check_words(config, tools);
    if (good) good = check_serving(config);
    if (!good) return good.error();
    tool_filter filter = filter_of(config);
    const auto listed = [&](const directory_entry& entry) { return filter.passes(entry.facts); };
    const auto passes = [&](const tool_facts& one) { return filter.passes(one); };
    if (!std::ranges::any_of(tools.tools(), listed) &&
        !std::ranges::any_of(composite_tools, passes))
        return invalid(
            "filter_matches_no_tool",
            "no tool passes this filter: a tool must be of one of the methods, carry one "
            "of the tags, be on the allow list and not on the deny list; widen one of "
            "them",
            "config");
    return filter;
}

}  // namespace tollgate::tenancy
