#include "stripe/finder/index.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "stripe/finder/action.hpp"
#include "stripe/finder/prior.hpp"
#include "stripe/finder/thesaurus.hpp"
#include "stripe/finder/vocabulary.hpp"
#include "stripe/finder/weights.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

using terms = std::vector<term>;

enum field : std::uint8_t {
    name,
    title,
    called,
    said,
    meant,  // names of the synonyms in title, called and said
    description,
    tag,
    argument,
    fields
};

// A text to be indexed: its words by where they stand.
struct texts {
    std::array<terms, fields> words;
};

float weight_of(std::size_t where) {
    const std::array<float, fields> all{tuned.name, tuned.title,       tuned.called,
                                        tuned.said, tuned.meant_field, tuned.description,
                                        tuned.tag,  tuned.argument};
    return all[where];
}

float length_share_of(std::size_t where) {
    return where == said || where == called || where == meant ? tuned.said_length_share
                                                              : tuned.length_share;
}

float rarity(std::size_t count, std::size_t holding) {
    const auto all = static_cast<float>(count);
    const auto some = static_cast<float>(holding);
    return std::log(1 + (all - some + 0.5F) / (some + 0.5F));
}

class builder {
public:
    finder_index build() {
        add_vocabulary();
        for (const auto& one : operations())
            if (one.exposed()) add(one);
        const auto count = out_.words.size();
        out_.by_operation.resize(count);
        out_.by_resource.resize(count);
        out_.by_saying.resize(count);
        weigh(operations_, out_.by_operation);
        for (const auto& list : out_.by_operation)
            out_.rarity.push_back(rarity(operations_.size(), list.size()));
        weigh(resources_, out_.by_resource);
        weigh_sayings();
        out_.resources = resources_.size();
        out_.speech.finish();
        return std::move(out_);
    }

private:
    // Known words, though they may stand in no text.
    void add_vocabulary() {
        terms ignored;
        each_part(vocabulary(), '\n', [&](std::string_view line) {
            std::string blanks{line};
            std::replace(blanks.begin(), blanks.end(), '\t', ' ');
            add_words(blanks, ignored);
        });
        for (const auto& one : intent_words()) add_words(one.word, ignored);
        for (const auto& one : action_words()) add_words(one.word, ignored);
    }

    void add_word(const std::string& word, terms& to) {
        if (const auto id = out_.words.add(word); id != lexicon::none) to.push_back(id);
    }

    void add_words(std::string_view text, terms& to) {
        for (const auto& word : split_words(text)) add_word(word, to);
    }

    // The same few hundred names stand in most tools.
    void add_name(std::string_view text, terms& to) {
        const auto [known, fresh] = names_seen_.try_emplace(std::string(text));
        if (fresh) {
            std::string blanks{text};
            std::replace(blanks.begin(), blanks.end(), '_', ' ');
            add_words(blanks, known->second);
        }
        append(known->second, to);
    }

    // The tool's own texts, which the catalogue keeps as the tool's JSON.
    void add_tool(const operation& one, texts& to) {
        const auto json = one.tool_json();
        dom::object tool;
        if (parser_.parse(json.data(), json.size()).get(tool) != simdjson::SUCCESS) return;
        std::string_view text;
        if (tool["description"].get(text) == simdjson::SUCCESS)
            add_words(text, to.words[description]);
        dom::object arguments;
        if (tool["inputSchema"]["properties"].get(arguments) != simdjson::SUCCESS) return;
        for (const auto entry : arguments) add_name(entry.key, to.words[argument]);
    }

    void add_sayings(const operation& one, std::uint16_t position, texts& to,
                     std::size_t resource) {
        auto& of_resource = resources_[resource];
        out_.speech.add({static_cast<std::uint16_t>(resource), actions_.of(one)});
        const auto add_saying = [&](std::string_view text, terms& also) {
            auto spoken = split_words(text);
            terms words;
            for (const auto& word : spoken) add_word(word, words);
            terms names;
            learn(std::move(spoken), names);
            append(words, also);
            append(words, of_resource.words[said]);
            append(names, to.words[meant]);
            append(names, of_resource.words[meant]);
            append(names, words);
            std::sort(words.begin(), words.end());
            words.erase(std::unique(words.begin(), words.end()), words.end());
            if (words.empty()) return;
            sayings_.push_back(std::move(words));
            out_.saying_of.push_back(position);
        };
        add_saying(one.title(), to.words[title]);
        each_part(one.said(), ';',
                  [&](std::string_view saying) { add_saying(saying, to.words[said]); });
    }

    static void append(const terms& from, terms& to) {
        to.insert(to.end(), from.begin(), from.end());
    }

    // How people speak of the operation; adds the names of the synonyms to `names`.
    void learn(std::vector<std::string> words, terms& names) {
        std::erase_if(words, [](const std::string& word) { return is_article(word); });
        std::vector<std::string> stems;
        for (const auto& word : words) stems.push_back(stem_of(word));
        const auto groups = known_synonyms().names_in(stems);
        add_names(groups, names);
        out_.speech.learn(action_marks(words, stems, groups));
    }

    // Most words are said many times.
    const std::string& stem_of(const std::string& word) {
        const auto [known, fresh] = stem_of_.try_emplace(word);
        if (fresh) known->second = stems_.stem(word);
        return known->second;
    }

    void add_names(const std::vector<std::string>& groups, terms& to) {
        for (const auto& group : groups) {
            const auto which = out_.words.add_mark(group);
            if (which == lexicon::none) continue;
            names_.insert(which);
            to.push_back(which);
        }
    }

    // The resource of an operation, made when it is new.
    std::uint16_t resource_of(const operation& one) {
        const auto [held, fresh] =
            resource_of_.try_emplace(one.called(), static_cast<std::uint16_t>(resources_.size()));
        if (!fresh) return held->second;
        auto& words = resources_.emplace_back().words;
        add_words(one.called(), words[called]);
        each_part(one.called(), ';', [&](std::string_view text) {
            const auto stems = phrase_stems(split_words(text), stems_);
            add_names(known_synonyms().names_in(stems), words[meant]);
        });
        names_of_.push_back(words[meant]);
        return held->second;
    }

    void add(const operation& one) {
        const auto position = static_cast<std::uint16_t>(operations_.size());
        const auto resource = resource_of(one);
        texts own;
        add_name(one.tool_name(), own.words[name]);
        own.words[called] = resources_[resource].words[called];
        own.words[meant] = names_of_[resource];
        for (const auto tag_name : one.tags()) add_name(tag_name, own.words[tag]);
        add_tool(one, own);
        add_sayings(one, position, own, resource);
        operations_.push_back(std::move(own));
        out_.operations.push_back({&one, resource, prior_of(one), id_uses_of(one)});
    }

    // BM25F: the fields' counts, each damped by its length, are added up and then saturated.
    void weigh(const std::vector<texts>& documents, postings& to) {
        const auto average = average_lengths(documents);
        std::vector<float> counts(out_.words.size(), 0);
        for (std::size_t at = 0; at < documents.size(); ++at) {
            terms touched;
            for (std::size_t i = 0; i < fields; ++i) {
                const auto& words = documents[at].words[i];
                const float share = length_share_of(i);
                const float length = static_cast<float>(words.size()) / average[i];
                const float weight = weight_of(i) / (1 - share + share * length);
                for (const auto word : words) {
                    if (counts[word] == 0) touched.push_back(word);
                    counts[word] += weight;
                }
            }
            for (const auto word : touched)
                to[word].push_back(
                    {static_cast<std::uint16_t>(at), std::exchange(counts[word], 0.0F)});
        }
        for (auto& list : to) {
            const float rare = rarity(documents.size(), list.size());
            for (auto& entry : list)
                entry.weight = rare * entry.weight * (tuned.saturation + 1) /
                               (entry.weight + tuned.saturation);
        }
    }

    static std::array<float, fields> average_lengths(const std::vector<texts>& documents) {
        std::array<float, fields> out{};
        for (const auto& one : documents)
            for (std::size_t i = 0; i < fields; ++i)
                out[i] += static_cast<float>(one.words[i].size());
        for (auto& length : out)
            length = std::max(1.0F, length / static_cast<float>(documents.size()));
        return out;
    }

    float share(term word) const { return names_.contains(word) ? tuned.synonym_saying : 1; }

    void weigh_sayings() {
        std::vector<std::size_t> holding(out_.words.size(), 0);
        for (const auto& words : sayings_)
            for (const auto word : words) ++holding[word];
        for (std::size_t at = 0; at < sayings_.size(); ++at) {
            float squares = 0;
            for (const auto word : sayings_[at]) {
                const float rare = rarity(sayings_.size(), holding[word]) * share(word);
                squares += rare * rare;
            }
            for (const auto word : sayings_[at])
                out_.by_saying[word].push_back(
                    {static_cast<std::uint16_t>(at),
                     rarity(sayings_.size(), holding[word]) * share(word) / std::sqrt(squares)});
        }
    }

    dom::parser parser_;
    stemmer stems_;
    std::unordered_map<std::string, std::string> stem_of_;
    action_names actions_;
    std::unordered_map<std::string, terms> names_seen_;
    std::set<term> names_;         // of synonyms
    std::vector<terms> names_of_;  // by resource: the names in what it is called
    finder_index out_;
    std::vector<texts> operations_;
    std::vector<texts> resources_;
    std::vector<terms> sayings_;
    std::map<std::string_view, std::uint16_t> resource_of_;
};

}  // namespace

finder_index build_index() {
    return builder().build();
}

}  // namespace tollgate::stripe
