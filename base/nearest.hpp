// Which known word was meant: for messages that suggest one.
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace tollgate::base {

// How many letters must be inserted, dropped or exchanged to turn `a` into `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The word closest to `text`, or an empty view when none is close (more than a third of its letters
// differ, at least two are allowed). The first of equals wins. Only the first 64 characters of each
// count.
std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words);

// `words`, closest to `text` first; equals keep their order.
std::vector<std::string_view> by_distance(std::string_view text,
                                          std::span<const std::string_view> words);

}  // namespace tollgate::base
