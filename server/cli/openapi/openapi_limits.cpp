#include "server/cli/openapi/openapi_limits.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "server/cli/openapi/openapi_words.hpp"
#include "tenancy/policy/condition_reader.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using tenancy::declared_type;

constexpr std::size_t pattern_bytes_max = 200;
constexpr std::size_t unsaid_bytes_max = 100;
constexpr std::int64_t number_max = 1'000'000'000'000'000;  // beyond it, doubles are not exact

void leave_out(openapi_limits& into, std::string_view key, const dom::element& value) {
    std::string line = std::string(key) + ' ' + simdjson::minify(value);
    into.unsaid.push_back(plain_line(base::clipped_text(line, unsaid_bytes_max)));
}

// A whole number; nothing for anything else.
std::optional<std::int64_t> whole_number(const dom::element& value) {
    std::int64_t out = 0;
    if (value.get(out) != simdjson::SUCCESS || out > number_max || out < -number_max) return {};
    return out;
}

// The bound that `key` says: with `by`, what is added because the bound itself is excluded.
void add_bound(dom::object schema, const char* key, std::int64_t by, declared_type type, bool most,
               openapi_limits& into) {
    dom::element value;
    if (schema[key].get(value) != simdjson::SUCCESS || value.is_bool()) return;
    const auto bound = whole_number(value);
    if (!bound || (by != 0 && type != declared_type::integer)) return leave_out(into, key, value);
    auto& known = most ? into.most : into.least;
    const auto next = *bound + by;
    if (!known)
        known = next;
    else
        known = most ? std::min(*known, next) : std::max(*known, next);
}

// Of OpenAPI 3.0, `exclusiveMaximum: true` belongs to maximum.
bool excludes(dom::object schema, const char* key) {
    bool out = false;
    return schema[key].get(out) == simdjson::SUCCESS && out;
}

void add_numbers(dom::object schema, declared_type type, openapi_limits& into) {
    add_bound(schema, "maximum", excludes(schema, "exclusiveMaximum") ? -1 : 0, type, true, into);
    add_bound(schema, "minimum", excludes(schema, "exclusiveMinimum") ? 1 : 0, type, false, into);
    add_bound(schema, "exclusiveMaximum", -1, type, true, into);
    add_bound(schema, "exclusiveMinimum", 1, type, false, into);
}

// True if the pattern means the same in JSON Schema (ECMA-262) as in RE2: nothing but letters,
// classes, groups and repetitions. What '.', \\s, \\b and look-around mean differs.
bool means_the_same(std::string_view pattern) {
    constexpr std::string_view plain = "^$[](){}|-+*?,_/:@# =";
    constexpr std::string_view escaped = "dDwW.-/+*?()[]{}|^$\\";
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        const bool word = base::is_word_character(c) && static_cast<unsigned char>(c) < 0x80;
        if (c == '\\') {
            ++i;
            if (i == pattern.size() || escaped.find(pattern[i]) == std::string_view::npos)
                return false;
            continue;
        }
        if (!word && plain.find(c) == std::string_view::npos) return false;
        const bool special = c == '(' && i + 1 < pattern.size() && pattern[i + 1] == '?';
        if (special && pattern.substr(i, 3) != "(?:") return false;
        if (c == '[' && i + 1 < pattern.size() &&
            (pattern[i + 1] == ':' || pattern[i + 1] == '[' || pattern[i + 1] == ']'))
            return false;
    }
    return true;
}

// JSON Schema looks for the pattern anywhere in the text; a rule compares the whole text.
std::string whole_text(std::string_view pattern) {
    const bool simple = pattern.starts_with('^') && pattern.ends_with('$') &&
                        !pattern.ends_with("\\$") && pattern.find('|') == std::string_view::npos;
    if (simple) return std::string(pattern);
    return "(?s:.*)(?:" + std::string(pattern) + ")(?s:.*)";
}

bool fits_rule(const std::string& pattern) {
    const auto compiled = tenancy::compiled_pattern(pattern);
    return compiled && compiled->ok();
}

void add_text_limits(dom::object schema, openapi_limits& into) {
    dom::element value;
    if (schema["maxLength"].get(value) == simdjson::SUCCESS) {
        const auto most = whole_number(value);
        if (most && *most >= 1 && *most <= tenancy::text_length_max)
            into.length_max = into.length_max ? std::min(*into.length_max, *most) : *most;
        else
            leave_out(into, "maxLength", value);
    }
    std::string_view pattern;
    if (schema["pattern"].get(value) != simdjson::SUCCESS) return;
    const bool good = value.get(pattern) == simdjson::SUCCESS && !pattern.empty() &&
                      pattern.size() <= pattern_bytes_max && means_the_same(pattern) &&
                      into.pattern.empty() && fits_rule(whole_text(pattern));
    if (good)
        into.pattern = whole_text(pattern);
    else
        leave_out(into, "pattern", value);
}

}  // namespace

void add_limits_of_schema(dom::object schema, declared_type type, openapi_limits& into) {
    if (type == declared_type::integer || type == declared_type::number)
        add_numbers(schema, type, into);
    if (type == declared_type::string) add_text_limits(schema, into);
}

}  // namespace tollgate::server
