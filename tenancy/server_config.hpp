// config of an MCP server as its owner wrote it, the rules it must meet, and the filter it means.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/filter.hpp"
#include "tenancy/tool_directory.hpp"

namespace tollgate::tenancy {

using words = std::vector<std::string>;

// Every part is optional and is answered back only when it was given. Nothing given: every tool.
struct server_config {
    std::optional<words> methods;
    std::optional<words> tags;
    std::optional<words> allow;  // config.tools.allow
    std::optional<words> deny;   // config.tools.deny
    std::optional<bool> require_api_token_auth;
    std::optional<bool> structured_content;

    bool operator==(const server_config&) const = default;
};

// The filter of a config. Words that are no methods any more count as absent, so that a stored
// config of an older catalogue still narrows.
tool_filter filter_of(const server_config& config);

// Checks a config against the tools that exist and gives its filter. Failures (invalid_argument,
// with field path): "unknown_method" (lists the legal words), "unknown_tag" (lists the known tags,
// nearest first), "unknown_tool" (suggests the nearest name), "empty_list" (an empty methods, tags
// or allow list, which would be read both as none and as all), "too_many_words" (more than 1,000 in
// a list) and "filter_matches_no_tool".
base::result<tool_filter> check_config(const server_config& config, const tool_directory& tools);

// The stored form: JSON as the admin API shows it.
std::string encode_config(const server_config& config);
// Fails with errc::corrupt.
base::result<server_config> decode_config(std::string_view json);

// The stored form of a list of words: a JSON array of strings.
std::string encode_words(const words& list);
base::result<words> decode_words(std::string_view json);

}  // namespace tollgate::tenancy
