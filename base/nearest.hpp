// Finds the known word closest to a given one, for suggestions in messages.
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace tollgate::base {

// The number of letters to insert, delete or replace to turn `a` into `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The word closest to `text`, or an empty view if none is close (more than a third of the letters
// differ; two differences are always allowed). The first of equally close words wins. Only the
// first 64 characters of each are compared.
std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words);

// `words`, closest to `text` first; equally close words keep their order.
std::vector<std::string_view> by_distance(std::string_view text,
                                          std::span<const std::string_view> words);

}  // namespace tollgate::base
