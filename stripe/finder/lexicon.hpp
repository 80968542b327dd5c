// Every word the finder knows, as a number; and what a mistyped word was meant to be.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

using term = std::uint16_t;

// Filled once by one thread; the const functions may then be called from any.
class lexicon {
public:
    static constexpr term none = 0xFFFF;

    lexicon() {
        words_.reserve(8192);
        terms_.reserve(8192);
    }

    // The term of a word in lower case, made when it is new; none for filler, and for what comes
    // after 65,535 terms.
    term add(std::string_view word);

    // The term of something that is no word, such as the name of a group of synonyms; made when it
    // is new.
    term add_mark(std::string_view mark);

    // The term of a stem or a mark; none when it was not added.
    term find(std::string_view stem) const;

    // The known word that `word` most likely stands for: one edit away, the same first letter, the
    // most used of several. `word` itself when it or its stem is known, when it is shorter than
    // five letters or holds anything but letters, and when nothing is near.
    std::string_view corrected(std::string_view word, std::string_view stem) const;

    std::size_t size() const { return terms_.size(); }

private:
    struct hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct entry {
        term which = none;
        std::uint32_t uses = 0;
    };
    template <typename Value>
    using by_text = std::unordered_map<std::string, Value, hash, std::equal_to<>>;

    stemmer stems_;
    by_text<entry> words_;
    by_text<term> terms_;
};

}  // namespace tollgate::stripe
