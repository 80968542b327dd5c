#include "stripe/finder/index.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>

#include "stripe/finder/prior.hpp"
#include "stripe/finder/vocabulary.hpp"
#include "stripe/finder/weights.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

using terms = std::vector<term>;

enum field : std::uint8_t { name, title, called, said, description, tag, argument, fields };

// A text to be indexed: its words by where they stand.
struct texts {
    std::array<terms, fields> words;
};

float weight_of(std::size_t where) {
    const std::array<float, fields> all{tuned.name,        tuned.title, tuned.called,  tuned.said,
                                        tuned.description, tuned.tag,   tuned.argument};
    return all[where];
}

float length_share_of(std::size_t where) {
    return where == said || where == called ? tuned.said_length_share : tuned.length_share;
}

template <typename Visit>
void each_part(std::string_view list, char separator, Visit visit) {
    while (!list.empty()) {
        const auto end = std::min(list.find(separator), list.size());
        visit(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
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
        for (const auto& one : deed_words()) add_words(one.word, ignored);
    }

    void add_words(std::string_view text, terms& to) {
        for (const auto& word : split_words(text))
            if (const auto id = out_.words.add(word); id != lexicon::none) to.push_back(id);
    }

    void add_name(std::string_view text, terms& to) {
        std::string blanks{text};
        std::replace(blanks.begin(), blanks.end(), '_', ' ');
        add_words(blanks, to);
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

    void add_sayings(const operation& one, std::uint16_t position, texts& to, texts& of_resource) {
        const auto add_saying = [&](std::string_view text, terms& also) {
            terms words;
            add_words(text, words);
            also.insert(also.end(), words.begin(), words.end());
            auto& shared = of_resource.words[said];
            shared.insert(shared.end(), words.begin(), words.end());
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

    void add(const operation& one) {
        const auto position = static_cast<std::uint16_t>(operations_.size());
        const auto [held, fresh] =
            resource_of_.try_emplace(one.called(), static_cast<std::uint16_t>(resources_.size()));
        if (fresh) {
            resources_.emplace_back();
            add_words(one.called(), resources_.back().words[called]);
        }
        texts own;
        add_name(one.tool_name(), own.words[name]);
        own.words[called] = resources_[held->second].words[called];
        for (const auto tag_name : one.tags()) add_name(tag_name, own.words[tag]);
        add_tool(one, own);
        add_sayings(one, position, own, resources_[held->second]);
        operations_.push_back(std::move(own));
        out_.operations.push_back({&one, held->second, prior_of(one)});
    }

    // BM25F: the fields' counts, each damped by its length, are added up and then saturated.
    void weigh(const std::vector<texts>& documents, postings& to) {
        std::array<float, fields> average{};
        for (const auto& one : documents)
            for (std::size_t i = 0; i < fields; ++i)
                average[i] += static_cast<float>(one.words[i].size());
        for (auto& length : average)
            length = std::max(1.0F, length / static_cast<float>(documents.size()));
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
            for (const auto word : touched) {
                to[word].push_back({static_cast<std::uint16_t>(at), counts[word]});
                counts[word] = 0;
            }
        }
        for (auto& list : to) {
            const float rare = rarity(documents.size(), list.size());
            for (auto& entry : list)
                entry.weight = rare * entry.weight * (tuned.saturation + 1) /
                               (entry.weight + tuned.saturation);
        }
    }

    void weigh_sayings() {
        std::vector<std::size_t> holding(out_.words.size(), 0);
        for (const auto& words : sayings_)
            for (const auto word : words) ++holding[word];
        for (std::size_t at = 0; at < sayings_.size(); ++at) {
            float squares = 0;
            for (const auto word : sayings_[at]) {
                const float rare = rarity(sayings_.size(), holding[word]);
                squares += rare * rare;
            }
            for (const auto word : sayings_[at])
                out_.by_saying[word].push_back(
                    {static_cast<std::uint16_t>(at),
                     rarity(sayings_.size(), holding[word]) / std::sqrt(squares)});
        }
    }

    dom::parser parser_;
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
