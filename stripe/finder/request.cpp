#include "stripe/finder/request.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/finder/action.hpp"
#include "stripe/finder/id_uses.hpp"
#include "stripe/finder/loan_words.hpp"
#include "stripe/finder/thesaurus.hpp"
#include "stripe/finder/vocabulary.hpp"
#include "stripe/finder/weights.hpp"
#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t saying_words_max = 5;

// "what did we", "has it been": a question. "how do I" asks for an action.
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
    std::unordered_map<std::string, tenancy::method_set> actions;

    dictionary() {
        stemmer stems;
        each_part(vocabulary(), '\n', [&](std::string_view line) {
            const auto tab = line.find('\t');
            const auto said = phrase_stems(split_words(line.substr(0, tab)), stems);
            auto& meant = meanings[joined(said, 0, said.size())];
            for (const auto& word : split_words(line.substr(tab + 1)))
                if (!is_filler(word)) meant.emplace_back(stems.stem(word));
        });
        add(intent_words(), intents, stems);
        add(action_words(), actions, stems);
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
    reader(std::string_view text, const lexicon& known) {
        for (auto& word : split_words(text)) take(std::move(word));
        for (auto& word : words_) word = known.corrected(word, stemmer_.stem(word));
        std::erase_if(words_, [](const std::string& word) { return is_article(word); });
        for (const auto& word : words_) stems_.emplace_back(stemmer_.stem(word));
        explained_.resize(words_.size(), false);
        in_phrase_.resize(words_.size(), false);
    }

    request_words read() {
        read_sayings();
        for (std::size_t i = 0; i < words_.size(); ++i) read_word(i);
        if (out_.kinds == 0 && !stems_.empty() && !is_plural(words_[0], stems_[0])) read_action();
        if (asks(words_)) read_question();
        if (out_.one) read_one();
        const auto names = known_synonyms().names_in(stems_);
        for (const auto& name : names) {
            count(out_.words, name, tuned.synonym);
            count(out_.said, name, tuned.synonym_said);
        }
        out_.actions = action_marks(words_, stems_, names);
        return std::move(out_);
    }

private:
    // "payment_intents" is two words; an id stays whole. Loan words become English.
    void take(std::string word) {
        const auto take_parts = [&](std::string_view parts, char separator) {
            each_part(parts, separator, [&](std::string_view part) {
                if (!part.empty()) words_.emplace_back(part);
            });
        };
        if (const auto meant = meant_by(word))
            take_parts(*meant, ' ');
        else if (word.find('_') != word.npos && id_kind(word) == no_id)
            take_parts(word, '_');
        else
            words_.push_back(std::move(word));
    }

    // Left to right, the longest first; a word belongs to one saying.
    void read_sayings() {
        for (std::size_t i = 0; i < stems_.size(); ++i) {
            for (auto length = std::min(saying_words_max, stems_.size() - i); length > 0;
                 --length) {
                const auto found = known().meanings.find(joined(stems_, i, length));
                if (found == known().meanings.end()) continue;
                for (const auto& word : found->second) count(out_.words, word, tuned.meant);
                std::fill_n(explained_.begin() + static_cast<std::ptrdiff_t>(i), length, true);
                if (length > 1) {
                    std::fill_n(in_phrase_.begin() + static_cast<std::ptrdiff_t>(i), length, true);
                    for (const auto& word : found->second)
                        if (is_kind(word)) read_intent(word);
                }
                i += length - 1;
                break;
            }
        }
    }

    void read_word(std::size_t i) {
        if (const auto id = id_kind(words_[i]); id != no_id) {
            for (const auto& word : split_words(id_prefixes()[id].object))
                count(out_.words, std::string(stemmer_.stem(word)), tuned.object);
            out_.one = true;
            out_.ids.push_back(id);
            return;
        }
        bool verb = false;
        float weight = explained_[i] ? tuned.explained : 1.0F;
        if (!in_phrase_[i]) {
            const auto kinds = read_intent(stems_[i]);
            // Verbs of their own (capture, void) are part of an operation's name.
            verb = kinds != 0 && (kinds & tenancy::bit(tenancy::method::custom)) == 0;
            if (verb) weight = std::min(weight, tuned.verb);
        }
        if (is_filler(words_[i])) return;
        if (is_plural(words_[i], stems_[i])) out_.many = true;
        count(out_.words, stems_[i], weight);
        count(out_.said, stems_[i], verb ? tuned.said_verb : 1.0F);
    }

    // Adds and returns the kinds of call that a word asks for.
    tenancy::method_set read_intent(const std::string& stem) {
        const auto found = known().intents.find(stem);
        if (found == known().intents.end()) return 0;
        out_.kinds = static_cast<tenancy::method_set>(out_.kinds | found->second);
        return found->second;
    }

    // Words of the vocabulary's meanings that are there for the kind of call alone.
    static bool is_kind(std::string_view stem) {
        static constexpr std::array<std::string_view, 6> all{"creat", "delet",  "get",
                                                             "list",  "search", "updat"};
        return std::ranges::binary_search(all, stem);
    }

    void read_action() {
        const auto found = known().actions.find(stems_.front());
        if (found != known().actions.end()) out_.kinds = found->second;
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

    stemmer stemmer_;
    std::vector<std::string> words_;
    std::vector<std::string> stems_;
    std::vector<bool> explained_;
    std::vector<bool> in_phrase_;  // of the vocabulary: "get" is no action in "get rid of"
    request_words out_;
};

}  // namespace

request_words read_request(std::string_view text, const lexicon& known) {
    return reader(text, known).read();
}

}  // namespace tollgate::stripe
