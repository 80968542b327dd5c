// Plain language as words that can be compared: lower case, stemmed, without filler.
#pragma once
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
// and what follows it are dropped ("customer's"); '_' stays, so that ids stay whole.
std::vector<std::string> split_words(std::string_view text);

// Words that say nothing about which operation is meant: "the", "please", "stripe".
bool is_filler(std::string_view word);

}  // namespace tollgate::stripe
