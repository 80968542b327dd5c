#include "base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tollgate::base {

namespace {
constexpr std::size_t compared_characters = 64;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t exchanged = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words) {
    const std::string_view cut = text.substr(0, compared_characters);
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, cut.size() / 3) + 1;
    for (const std::string_view word : words) {
        const std::size_t distance = edit_distance(cut, word.substr(0, compared_characters));
        if (distance >= least || distance >= word.size()) continue;
        least = distance;
        best = word;
    }
    return best;
}

std::vector<std::string_view> by_distance(std::string_view text,
                                          std::span<const std::string_view> words) {
    const std::string_view cut = text.substr(0, compared_characters);
    // Distance and position: the position keeps ties in order.
    std::vector<std::pair<std::size_t, std::size_t>> ranked;
    ranked.reserve(words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        ranked.emplace_back(edit_distance(cut, words[i].substr(0, compared_characters)), i);
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string_view> out;
    out.reserve(ranked.size());
    for (const auto& entry : ranked) out.push_back(words[entry.second]);
    return out;
}

}  // namespace tollgate::base
