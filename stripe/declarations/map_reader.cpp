#include "stripe/declarations/map_reader.hpp"

#include <algorithm>
#include <charconv>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

using base::yaml_kind;
using base::yaml_node;

constexpr std::size_t list_max = 500;

}  // namespace

std::optional<std::string> scalar_of(const yaml_node& node) {
    const bool scalar = node.kind == yaml_kind::text || node.kind == yaml_kind::number ||
                        node.kind == yaml_kind::truth;
    if (!scalar) return {};
    return node.scalar;
}

std::string quoted_word(std::string_view text) {
    return '\'' + std::string(base::clipped_text(text, base::quoted_bytes_max)) + '\'';
}

std::string joined(std::span<const std::string_view> words) {
    std::string out;
    for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
}

std::string suggestion(std::string_view given, std::span<const std::string_view> words) {
    const auto near = base::nearest_word(given, words);
    if (!near.empty()) return "; did you mean " + quoted_word(near) + '?';
    return words.empty() ? std::string{} : "; there are: " + joined(words);
}

map_reader::map_reader(const yaml_node& map, std::string path, problem_list& problems,
                       std::span<const std::string_view> known)
    : map_(map), path_(std::move(path)), problems_(problems) {
    if (map.kind != yaml_kind::map) {
        problems_.push_back({map.at, "wrong_type", path_, "write members here, as 'name: value'"});
        return;
    }
    for (const auto& member : map.children)
        if (std::ranges::find(known, member.key) == known.end())
            note(member.key_at, member.key, "unknown_field",
                 "there is no field " + quoted_word(member.key) + suggestion(member.key, known));
}

std::string map_reader::path_to(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
}

void map_reader::note(base::yaml_place at, std::string_view key, std::string code,
                      std::string message) {
    problems_.push_back({at, std::move(code), path_to(key), std::move(message)});
}

const yaml_node* map_reader::find(std::string_view key) const {
    const auto* const member = base::member_of(map_, key);
    return member == nullptr || member->kind == yaml_kind::null ? nullptr : member;
}

const yaml_node* map_reader::need(std::string_view key, std::string_view hint) {
    const auto* const member = find(key);
    if (member == nullptr && map_.kind == yaml_kind::map)
        note(map_.at, key, "missing_field", std::string(key) + " is missing: " + std::string(hint));
    return member;
}

std::optional<std::string> map_reader::text_of(const yaml_node& member, std::string_view key,
                                               std::size_t bytes_max) {
    if (member.kind != yaml_kind::text) {
        const auto scalar = scalar_of(member);
        note(member.at, key, "wrong_type",
             std::string(key) + " must be a text" +
                 (scalar ? ": write \"" + *scalar + "\" in quotes" : ""));
        return {};
    }
    if (member.scalar.empty() || member.scalar.size() > bytes_max) {
        note(member.at, key, "out_of_range",
             std::string(key) + " must have 1 to " + std::to_string(bytes_max) + " bytes");
        return {};
    }
    return member.scalar;
}

std::optional<std::string> map_reader::text(std::string_view key, std::size_t bytes_max) {
    const auto* const member = find(key);
    return member == nullptr ? std::nullopt : text_of(*member, key, bytes_max);
}

std::optional<std::string> map_reader::need_text(std::string_view key, std::string_view hint,
                                                 std::size_t bytes_max) {
    const auto* const member = need(key, hint);
    return member == nullptr ? std::nullopt : text_of(*member, key, bytes_max);
}

std::optional<std::string> map_reader::word(std::string_view key,
                                            std::span<const std::string_view> words,
                                            bool required) {
    const auto* const member = required ? need(key, "one of " + joined(words)) : find(key);
    if (member == nullptr) return {};
    auto given = scalar_of(*member);
    if (given && std::ranges::find(words, *given) != words.end()) return given;
    note(member->at, key, "invalid_value",
         std::string(key) + " must be one of " + joined(words) +
             (given ? ", not " + quoted_word(*given) : ""));
    return {};
}

std::optional<bool> map_reader::truth(std::string_view key) {
    const auto* const member = find(key);
    if (member == nullptr) return {};
    if (member->kind == yaml_kind::truth) return member->scalar == "true";
    note(member->at, key, "wrong_type", std::string(key) + " must be true or false");
    return {};
}

std::optional<std::int64_t> map_reader::whole(std::string_view key, std::int64_t least) {
    const auto* const member = find(key);
    if (member == nullptr) return {};
    std::int64_t out = 0;
    const auto& digits = member->scalar;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    const bool whole = member->kind == yaml_kind::number && read.ec == std::errc{} &&
                       read.ptr == digits.data() + digits.size();
    if (whole && out >= least) return out;
    note(member->at, key, "invalid_value",
         std::string(key) + " must be a whole number from " + std::to_string(least) + " on" +
             (member->kind == yaml_kind::text ? ", without quotes" : ""));
    return {};
}

std::optional<std::vector<std::string>> map_reader::scalars(std::string_view key) {
    const auto* const member = find(key);
    if (member == nullptr) return {};
    if (member->kind != yaml_kind::list || member->children.size() > list_max) {
        note(member->at, key, "wrong_type",
             std::string(key) + " must be a list of at most " + std::to_string(list_max) +
                 " values");
        return {};
    }
    std::vector<std::string> out;
    for (const auto& one : member->children) {
        auto value = scalar_of(one);
        if (value)
            out.push_back(std::move(*value));
        else
            note(one.at, key, "wrong_type",
                 "an entry of " + std::string(key) + " must be one value");
    }
    return out;
}

}  // namespace tollgate::stripe
