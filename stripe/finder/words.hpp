// Plain language as words that can be compared: lower case, stemmed, without filler.
#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sb_stemmer;

namespace tollgate::stripe {

// Brings English words to their stems ("refunded" and "refunds" to "refund"). Not thread-safe:
// one for each user.
class stemmer {
public:
    stemmer();
    // A view that lasts until the next call. `word` is lower case.
    std::string_view stem(std::string_view word);

private:
    struct closer {
        void operator()(sb_stemmer* value) const;
    };
    std::unique_ptr<sb_stemmer, closer> snowball_;
};

// The longest text that is looked at, in bytes, and the most words of it.
constexpr std::size_t request_bytes_max = 1000;
constexpr std::size_t request_words_max = 64;

// The words of `text` in lower case, in order, filler included: letters and digits; an apostrophe
// and what follows it are dropped ("customer's"); '_' stays, so that ids stay whole. "block list"
// and the like become one word.
std::vector<std::string> split_words(std::string_view text);

// The stems of `words` (as of split_words) without articles and the like, which may stand inside a
// way of speaking without being part of it.
std::vector<std::string> phrase_stems(const std::vector<std::string>& words, stemmer& stems);

// "refunds", but not "less" and "is".
bool is_plural(std::string_view word, std::string_view stem);

// "the", "my", "these".
bool is_article(std::string_view word);

// `count` words from `from` on, with single blanks.
std::string joined(const std::vector<std::string>& words, std::size_t from, std::size_t count);

// Calls `visit` with each part of `list`; what stands behind the last separator may be empty and is
// then left out.
template <typename Visit>
void each_part(std::string_view list, char separator, Visit visit) {
    while (!list.empty()) {
        const auto end = std::min(list.find(separator), list.size());
        visit(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

// Words that say nothing about which operation is meant: "the", "please", "stripe".
bool is_filler(std::string_view word);

}  // namespace tollgate::stripe
