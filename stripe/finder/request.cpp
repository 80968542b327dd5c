#include "stripe/finder/request.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/finder/vocabulary.hpp"
#include "stripe/finder/weights.hpp"
#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t saying_words_max = 5;

// Words that may stand inside a saying without being part of it.
bool is_article(std::string_view word) {
    static constexpr std::array<std::string_view, 14> all{"a",    "an",   "the",   "my",    "our",
                                                          "your", "this", "that",  "their", "his",
                                                          "her",  "its",  "these", "some"};
    return std::find(all.begin(), all.end(), word) != all.end();
}

std::vector<std::string> stems_of(std::string_view text, stemmer& stems) {
    std::vector<std::string> out;
    for (const auto& word : split_words(text))
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

// "what did we", "has it been": a question. "how do I" asks for a deed.
bool asks(const std::vector<std::string>& words) {
    static constexpr std::array<std::string_view, 16> starts{
        "what", "which", "who", "whose", "when", "where", "why",  "did",
        "has",  "have",  "is",  "are",   "was",  "were",  "does", "how"};
    if (words.empty()) return false;
    const bool in_which = words.size() > 1 && words[0] == "in" && words[1] == "which";
    if (!in_which && std::find(starts.begin(), starts.end(), words[0]) == starts.end())
        return false;
    const bool how_to = words[0] == "how" && words.size() > 1 &&
                        (words[1] == "do" || words[1] == "can" || words[1] == "to");
    return !how_to;
}

// The tables of the vocabulary by stems. Built once, read by all.
struct dictionary {
    std::unordered_map<std::string, std::vector<std::string>> meanings;
    std::unordered_map<std::string, tenancy::method_set> intents;
    std::unordered_map<std::string, tenancy::method_set> deeds;

    dictionary() {
        stemmer stems;
        auto lines = vocabulary();
        for (auto end = lines.find('\n'); end != lines.npos; end = lines.find('\n')) {
            const auto line = lines.substr(0, end);
            const auto tab = line.find('\t');
            const auto said = stems_of(line.substr(0, tab), stems);
            auto& meant = meanings[joined(said, 0, said.size())];
            for (const auto& word : split_words(line.substr(tab + 1)))
                if (!is_filler(word)) meant.emplace_back(stems.stem(word));
            lines.remove_prefix(end + 1);
        }
        add(intent_words(), intents, stems);
        add(deed_words(), deeds, stems);
    }

    static void add(std::span<const intent_word> words,
                    std::unordered_map<std::string, tenancy::method_set>& out, stemmer& stems) {
        for (const auto& one : words) {
            auto& kinds = out[std::string(stems.stem(one.word))];
            kinds = static_cast<tenancy::method_set>(kinds | tenancy::bit(one.kind));
        }
    }
};

const dictionary& known() {
    static const dictionary one;
    return one;
}

void count(std::map<std::string, float>& out, const std::string& stem, float weight) {
    auto& held = out[stem];
    held = std::max(held, weight);
}

class reader {
public:
    reader(std::string_view text, const lexicon& known) : words_(split_words(text)) {
        for (auto& word : words_) word = known.corrected(word, stemmer_.stem(word));
        std::erase_if(words_, [](const std::string& word) { return is_article(word); });
        for (const auto& word : words_) stems_.emplace_back(stemmer_.stem(word));
        explained_.resize(words_.size(), false);
    }

    request_words read() {
        read_sayings();
        for (std::size_t i = 0; i < words_.size(); ++i) read_word(i);
        if (out_.kinds == 0 && !stems_.empty() && !is_plural(0)) read_deed();
        if (asks(words_)) read_question();
        if (out_.one) read_one();
        return std::move(out_);
    }

private:
    // Left to right, the longest first; a word belongs to one saying.
    void read_sayings() {
        for (std::size_t i = 0; i < stems_.size(); ++i) {
            for (auto length = std::min(saying_words_max, stems_.size() - i); length > 0;
                 --length) {
                const auto found = known().meanings.find(joined(stems_, i, length));
                if (found == known().meanings.end()) continue;
                for (const auto& word : found->second) count(out_.words, word, tuned.meant);
                std::fill_n(explained_.begin() + static_cast<std::ptrdiff_t>(i), length, true);
                i += length - 1;
                break;
            }
        }
    }

    void read_word(std::size_t i) {
        if (const auto* id = prefix_of_id(words_[i]); id != nullptr) {
            for (const auto& word : split_words(id->object))
                count(out_.words, std::string(stemmer_.stem(word)), tuned.object);
            out_.one = true;
            if (out_.collection.empty()) out_.collection = id->collection;
            return;
        }
        bool verb = false;
        float weight = explained_[i] ? tuned.explained : 1.0F;
        if (const auto found = known().intents.find(stems_[i]); found != known().intents.end()) {
            out_.kinds = static_cast<tenancy::method_set>(out_.kinds | found->second);
            // Verbs of their own (capture, void) are part of an operation's name.
            constexpr auto named = tenancy::bit(tenancy::method::custom);
            verb = (found->second & named) == 0;
            if (verb) weight = std::min(weight, tuned.verb);
        }
        if (is_filler(words_[i])) return;
        if (is_plural(i)) out_.many = true;
        count(out_.words, stems_[i], weight);
        count(out_.said, stems_[i], verb ? tuned.said_verb : 1.0F);
    }

    bool is_plural(std::size_t i) const {
        const auto& word = words_[i];
        return word.size() > 4 && word.ends_with('s') && !word.ends_with("ss") &&
               stems_[i].size() < word.size();
    }

    void read_deed() {
        const auto found = known().deeds.find(stems_.front());
        if (found != known().deeds.end()) out_.kinds = found->second;
    }

    void read_question() {
        using tenancy::bit;
        using tenancy::method;
        out_.question = true;
        const auto reads = bit(method::list) | bit(method::get) | bit(method::search);
        out_.kinds = static_cast<tenancy::method_set>(out_.kinds & reads);
    }

    // With an id, "show" is about that one object, and so is a request without a verb; but
    // "invoices of cus_1" asks for a list.
    void read_one() {
        using tenancy::bit;
        using tenancy::method;
        const auto many = bit(method::list) | bit(method::search);
        if (out_.many && (out_.kinds & ~many) == 0) {
            out_.kinds = bit(method::list);
            return;
        }
        out_.kinds = static_cast<tenancy::method_set>(out_.kinds & ~many);
        if (out_.kinds == 0) out_.kinds = bit(method::get);
    }

    // Null: no id.
    static const id_prefix* prefix_of_id(std::string_view word) {
        const id_prefix* longest = nullptr;
        for (const auto& one : id_prefixes())
            if (word.starts_with(one.prefix) && word.size() > one.prefix.size()) longest = &one;
        return longest;
    }

    stemmer stemmer_;
    std::vector<std::string> words_;
    std::vector<std::string> stems_;
    std::vector<bool> explained_;
    request_words out_;
};

}  // namespace

request_words read_request(std::string_view text, const lexicon& known) {
    return reader(text, known).read();
}

}  // namespace tollgate::stripe
