// The config of an MCP server as its owner wrote it, its validation, and the filter compiled from
// it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/grant.hpp"
#include "tenancy/rules/serving_rules.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::tenancy {

using words = std::vector<std::string>;

// Every part is optional, and is returned only if it was given. An empty config allows every tool.
struct server_config {
    std::optional<words> methods;
    std::optional<words> tags;
    std::optional<words> allow;   // config.tools.allow
    std::optional<words> deny;    // config.tools.deny
    std::optional<words> pinned;  // config.tools.pinned
    std::optional<std::string> listing;
    std::optional<std::int64_t> list_tokens_max;
    std::optional<std::string> results;
    std::optional<std::int64_t> result_tokens_max;
    std::optional<words> redact;
    std::optional<std::int64_t> rate_calls;    // config.rate_limit.calls, given together with
                                               // rate_seconds
    std::optional<std::int64_t> rate_seconds;  // config.rate_limit.seconds
    std::optional<std::string> auth;           // url, oauth, both
    std::optional<bool> require_api_token_auth;
    std::optional<bool> structured_content;
    std::optional<bool> deep_research;
    std::optional<std::string> confirm;
    std::optional<std::string> expand;  // readable, any
    std::optional<std::string> preset;  // tenancy/policy/presets
    std::optional<bool> allow_live_writes;
    std::optional<std::string> guardrails;  // a list of rules, as JSON (tenancy/policy)
    // Exceptions from rules, as JSON (tenancy/policy/exception). They are not part of the config
    // that users give or see, and are kept when the config is replaced.
    std::optional<std::string> exceptions{};

    bool operator==(const server_config&) const = default;
};

// The filter of a config. Unknown methods are ignored, so that a config stored for an older
// catalogue still narrows the list.
tool_filter filter_of(const server_config& config);

// How the config lists tools and shapes results, with defaults for absent or unknown values.
listing_rules listing_of(const server_config& config);
result_rules results_of(const server_config& config);
confirmation confirmation_of(const server_config& config);
// If absent, the instance's default applies.
std::optional<call_rate> rate_of(const server_config& config);

// "url" if absent.
server_auth auth_of(const server_config& config);

// Checks a config against the existing tools and returns its filter. Failures (invalid_argument,
// with field path): "unknown_method" (lists the allowed values), "unknown_tag" (lists the known
// tags, nearest first), "unknown_tool" (suggests the nearest name), "empty_list" (an empty methods,
// tags or allow list could mean none or all), "too_many_words" (more than 1,000 in a list),
// "filter_matches_no_tool", "unknown_value" (auth, listing, results, confirm, expand, redact: lists
// the allowed values), "conflicting_fields" (require_api_token_auth without a URL) and
// "out_of_range" (a number outside the limits of serving_rules.hpp).
base::result<tool_filter> check_config(const server_config& config, const tool_directory& tools);

// The stored form: JSON as the admin API shows it.
std::string encode_config(const server_config& config);
// Fails with errc::corrupt.
base::result<server_config> decode_config(std::string_view json);

// The stored form of a list of words: a JSON array of strings.
std::string encode_words(const words& list);
base::result<words> decode_words(std::string_view json);

}  // namespace tollgate::tenancy
