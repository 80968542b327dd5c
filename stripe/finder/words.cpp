#include "stripe/finder/words.hpp"

#include <algorithm>
#include <array>
#include <libstemmer.h>
#include <new>

#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

// Sorted.
constexpr std::array<std::string_view, 117> filler{
    "a",     "about", "according", "after",   "all",     "also",  "am",     "an",     "and",
    "any",   "are",   "as",        "at",      "be",      "been",  "before", "being",  "but",
    "by",    "can",   "could",     "did",     "do",      "does",  "done",   "every",  "everything",
    "for",   "from",  "had",       "has",     "have",    "he",    "her",    "here",   "him",
    "his",   "how",   "i",         "id",      "if",      "in",    "into",   "is",     "it",
    "its",   "just",  "let",       "like",    "may",     "me",    "might",  "more",   "most",
    "my",    "need",  "needs",     "no",      "not",     "now",   "of",     "off",    "on",
    "or",    "our",   "ours",      "out",     "please",  "shall", "she",    "should", "single",
    "so",    "some",  "somebody",  "someone", "stripe",  "such",  "than",   "that",   "the",
    "their", "them",  "then",      "there",   "these",   "they",  "thing",  "things", "this",
    "those", "to",    "too",       "up",      "us",      "via",   "want",   "was",    "we",
    "were",  "what",  "when",      "where",   "whether", "which", "while",  "who",    "whom",
    "whose", "why",   "will",      "with",    "would",   "yet",   "you",    "your",   "yours"};

bool is_word_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// Words that are one when they stand side by side: "list" is no action in "block list".
bool is_compound(std::string_view first, std::string_view second) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> all{{
        {"allow", "list"},
        {"black", "list"},
        {"block", "list"},
        {"charge", "back"},
        {"deny", "list"},
        {"e", "mail"},
        {"top", "up"},
        {"white", "list"},
    }};
    return std::ranges::find(all, std::pair(first, second)) != all.end();
}

// "l'abonnement", "d'achat": the noun is behind the apostrophe.
bool is_french_article(std::string_view word) {
    return word == "l" || word == "d" || word == "qu";
}

// The letter below an accent, in UTF-8 (U+00C0 to U+017F): "é" is "e". Empty: no letter, or bytes
// that are none.
std::string_view without_accent(unsigned char lead, unsigned char next) {
    static constexpr std::string_view latin =
        "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y";
    static constexpr std::string_view extended =
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
        "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    if (next < 0x80 || next > 0xBF) return {};
    const auto low = static_cast<std::size_t>(next - 0x80);
    std::string_view out;
    if (lead == 0xC3) out = latin.substr(low, 1);
    if (lead == 0xC4) out = extended.substr(low, 1);
    if (lead == 0xC5) out = extended.substr(64 + low, 1);
    if (out == "s" && lead == 0xC3) return "ss";
    return out == " " ? std::string_view{} : out;
}

}  // namespace

void stemmer::closer::operator()(sb_stemmer* value) const {
    sb_stemmer_delete(value);
}

stemmer::stemmer() : snowball_(sb_stemmer_new("english", nullptr)) {
    if (!snowball_) throw std::bad_alloc();
}

std::string_view stemmer::stem(std::string_view word) {
    const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
    const sb_symbol* out = sb_stemmer_stem(snowball_.get(), bytes, static_cast<int>(word.size()));
    if (out == nullptr) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(out),
            static_cast<std::size_t>(sb_stemmer_length(snowball_.get()))};
}

std::vector<std::string> split_words(std::string_view text) {
    text = text.substr(0, request_bytes_max);
    std::vector<std::string> out;
    std::string word;
    bool after_apostrophe = false;
    const auto finish = [&] {
        if (!word.empty() && !out.empty() && is_compound(out.back(), word))
            out.back() += word;
        else if (!word.empty() && out.size() < request_words_max)
            out.push_back(std::move(word));
        word.clear();
        after_apostrophe = false;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = base::to_lower(text[at]);
        const auto accented = at + 1 < text.size()
                                  ? without_accent(static_cast<unsigned char>(text[at]),
                                                   static_cast<unsigned char>(text[at + 1]))
                                  : std::string_view{};
        if (!accented.empty()) {
            if (!after_apostrophe) word += accented;
            ++at;
        } else if (is_word_letter(c)) {
            if (!after_apostrophe) word += c;
        } else if (c == '\'' || text.substr(at).starts_with("\u2019")) {
            if (c != '\'') at += 2;  // a printer's apostrophe
            const char next = at + 1 < text.size() ? base::to_lower(text[at + 1]) : ' ';
            if (next == 't' && word.ends_with('n')) word = "not";
            after_apostrophe = !is_french_article(word);
            if (!after_apostrophe) word.clear();
        } else {
            finish();
        }
    }
    finish();
    return out;
}

bool is_plural(std::string_view word, std::string_view stem) {
    return word.size() > 4 && word.ends_with('s') && !word.ends_with("ss") &&
           stem.size() < word.size();
}

bool is_article(std::string_view word) {
    static constexpr std::array<std::string_view, 14> all{"a",    "an",   "the",   "my",    "our",
                                                          "your", "this", "that",  "their", "his",
                                                          "her",  "its",  "these", "some"};
    return std::find(all.begin(), all.end(), word) != all.end();
}

std::vector<std::string> phrase_stems(const std::vector<std::string>& words, stemmer& stems) {
    std::vector<std::string> out;
    for (const auto& word : words)
        if (!is_article(word)) out.emplace_back(stems.stem(word));
    return out;
}

std::string joined(const std::vector<std::string>& words, std::size_t from, std::size_t count) {
    std::string out;
    for (std::size_t i = from; i < from + count; ++i) {
        if (i > from) out += ' ';
        out += words[i];
    }
    return out;
}

bool is_filler(std::string_view word) {
    return std::binary_search(filler.begin(), filler.end(), word);
}

}  // namespace tollgate::stripe
