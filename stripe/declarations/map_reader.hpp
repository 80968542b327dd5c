// Reads the members of one map of a declarations file, and notes what is wrong with them.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/declarations/document.hpp"

namespace tollgate::stripe {

using problem_list = std::vector<document_problem>;

// Used while the map and the list live. Each function that reads notes a problem, and returns
// nothing, for a member of another kind.
class map_reader {
public:
    // `path` of the map ("capabilities[0]", or empty for the whole file). Notes what is no map, and
    // members that are not `known`.
    map_reader(const base::yaml_node& map, std::string path, problem_list& problems,
               std::span<const std::string_view> known);

    // The member, or null. A member without a value is absent.
    const base::yaml_node* find(std::string_view key) const;
    // The same; notes its absence, with what to write.
    const base::yaml_node* need(std::string_view key, std::string_view hint);

    // Texts of up to `bytes_max` bytes. A number or a truth is no text.
    std::optional<std::string> text(std::string_view key, std::size_t bytes_max = 2'000);
    std::optional<std::string> need_text(std::string_view key, std::string_view hint,
                                         std::size_t bytes_max = 2'000);
    // One of `words`; the first one that is nearest is suggested. `required` notes its absence.
    std::optional<std::string> word(std::string_view key, std::span<const std::string_view> words,
                                    bool required);
    std::optional<bool> truth(std::string_view key);
    // A whole number from `least` on.
    std::optional<std::int64_t> whole(std::string_view key, std::int64_t least);
    // A list of texts, numbers and truths, as texts.
    std::optional<std::vector<std::string>> scalars(std::string_view key);

    void note(base::yaml_place at, std::string_view key, std::string code, std::string message);
    const base::yaml_node& node() const { return map_; }
    std::string path_to(std::string_view key) const;

private:
    std::optional<std::string> text_of(const base::yaml_node& member, std::string_view key,
                                       std::size_t bytes_max);

    const base::yaml_node& map_;
    std::string path_;
    problem_list& problems_;
};

// The text of a scalar; nothing for a list, a map or nothing.
std::optional<std::string> scalar_of(const base::yaml_node& node);

// A name in quotes, cut if it is long.
std::string quoted_word(std::string_view text);

// "a, b, c".
std::string joined(std::span<const std::string_view> words);

// "; did you mean 'limit'?" for the nearest word, or the list of them.
std::string suggestion(std::string_view given, std::span<const std::string_view> words);

}  // namespace tollgate::stripe
