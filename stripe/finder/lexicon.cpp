#include "stripe/finder/lexicon.hpp"

#include <algorithm>

namespace tollgate::stripe {

namespace {

constexpr std::size_t corrected_letters_min = 5;

bool only_letters(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// One letter too many, too few or wrong, or two neighbours swapped.
bool one_edit_apart(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1) return false;
    std::size_t i = 0;
    while (i < a.size() && a[i] == b[i]) ++i;
    if (a.size() < b.size()) return a.substr(i) == b.substr(i + 1);
    if (i == a.size()) return false;
    if (a.substr(i + 1) == b.substr(i + 1)) return true;
    return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
           a.substr(i + 2) == b.substr(i + 2);
}

}  // namespace

term lexicon::add(std::string_view word) {
    if (const auto found = words_.find(word); found != words_.end()) {
        ++found->second.uses;
        return found->second.which;
    }
    term which = none;
    if (!is_filler(word)) which = add_mark(stems_.stem(word));
    words_.emplace(word, entry{which, 1});
    return which;
}

term lexicon::add_mark(std::string_view mark) {
    if (const auto known = terms_.find(mark); known != terms_.end()) return known->second;
    if (terms_.size() >= none) return none;
    const auto fresh = static_cast<term>(terms_.size());
    terms_.emplace(mark, fresh);
    return fresh;
}

term lexicon::find(std::string_view stem) const {
    const auto found = terms_.find(stem);
    return found == terms_.end() ? none : found->second;
}

std::string_view lexicon::corrected(std::string_view word, std::string_view stem) const {
    if (word.size() < corrected_letters_min || !only_letters(word)) return word;
    if (words_.contains(word) || terms_.contains(stem) || is_filler(word)) return word;
    const by_text<entry>::value_type* best = nullptr;
    for (const auto& known : words_) {
        const auto& [text, held] = known;
        if (text.size() + 1 < corrected_letters_min || text[0] != word[0]) continue;
        if (!only_letters(text) || !one_edit_apart(text, word)) continue;
        const bool better = best == nullptr || held.uses > best->second.uses ||
                            (held.uses == best->second.uses && text < best->first);
        if (better) best = &known;
    }
    return best == nullptr ? word : std::string_view(best->first);
}

}  // namespace tollgate::stripe
