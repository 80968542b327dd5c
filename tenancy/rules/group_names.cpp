#include "tenancy/rules/group_names.hpp"

#include <algorithm>
#include <set>

#include "base/json_text.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t group_characters_max = 40;

bool is_group_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string joined_groups(const std::set<std::string>& names) {
    std::string out;
    for (const std::string& one : names) out += (out.empty() ? "" : ",") + one;
    return out;
}

}  // namespace

base::result<std::string> join_groups(const std::vector<std::string>& names,
                                      const std::string& field) {
    const bool good = names.size() <= groups_max && std::ranges::all_of(names, [](const auto& one) {
                          return !one.empty() && one.size() <= group_characters_max &&
                                 std::ranges::all_of(one, is_group_character);
                      });
    if (good) return joined_groups({names.begin(), names.end()});
    return base::invalid(
        "invalid_groups",
        field + " must be at most 20 names of 1 to 40 characters a-z, 0-9, _ and -", field);
}

std::vector<std::string> split_groups(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(','));
        out.emplace_back(one);
        text.remove_prefix(std::min(one.size() + 1, text.size()));
    }
    return out;
}

std::string groups_json(std::string_view text) {
    std::string out = "[";
    for (const auto& one : split_groups(text)) {
        if (out.size() > 1) out += ',';
        base::append_json_string(out, one);
    }
    return out + ']';
}

std::string united_groups(std::string_view some, std::string_view others) {
    std::set<std::string> out;
    for (auto& one : split_groups(some)) out.insert(std::move(one));
    for (auto& one : split_groups(others)) out.insert(std::move(one));
    return joined_groups(out);
}

}  // namespace tollgate::tenancy
