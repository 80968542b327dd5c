#include "stripe/finder/finder.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "stripe/finder/prior.hpp"
#include "stripe/finder/request.hpp"
#include "stripe/finder/vocabulary.hpp"
#include "stripe/finder/words.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// How much a word counts by where it stands.
constexpr float name_weight = 2.4F;
constexpr float title_weight = 1.6F;
constexpr float hint_weight = 2.2F;
constexpr float tag_weight = 0.5F;
constexpr float description_weight = 0.8F;
constexpr float argument_weight = 0.25F;

// Okapi BM25: saturation of repeated words, and how far length counts.
constexpr float saturation = 1.4F;
constexpr float length_share = 0.55F;

using weighted_words = std::map<std::string, float, std::less<>>;

class weigher {
public:
    explicit weigher(weighted_words& out) : out_(out) {}

    void text(std::string_view value, float weight) {
        for (const auto& word : split_words(value)) put(word, weight);
    }
    // "list_all_stripe_charge_refunds", "payment_method_types"
    void name(std::string_view value, float weight) {
        std::string blanks{value};
        std::replace(blanks.begin(), blanks.end(), '_', ' ');
        text(blanks, weight);
    }

private:
    void put(std::string_view word, float weight) {
        if (is_filler(word)) return;
        const auto stem = stems_.stem(word);
        const auto found = out_.find(stem);
        if (found == out_.end())
            out_.emplace(stem, weight);
        else
            found->second += weight;
    }

    weighted_words& out_;
    stemmer stems_;
};

// The tool's own texts, which the catalogue keeps as the tool's JSON.
void weigh_tool(dom::object tool, weigher& words) {
    std::string_view text;
    if (tool["title"].get(text) == simdjson::SUCCESS) words.text(text, title_weight);
    if (tool["description"].get(text) == simdjson::SUCCESS) words.text(text, description_weight);
    dom::object arguments;
    if (tool["inputSchema"]["properties"].get(arguments) != simdjson::SUCCESS) return;
    for (const auto argument : arguments) words.name(argument.key, argument_weight);
}

weighted_words words_of(const operation& one, dom::parser& parser) {
    weighted_words out;
    weigher words{out};
    words.name(one.tool_name(), name_weight);
    for (const auto tag : one.tags()) words.name(tag, tag_weight);
    for (const auto& hint : hints())
        if (hint.tool == one.tool_name()) words.text(hint.words, hint_weight);
    dom::object tool;
    const auto json = one.tool_json();
    if (parser.parse(json.data(), json.size()).get(tool) == simdjson::SUCCESS)
        weigh_tool(tool, words);
    return out;
}

// What kind of call is meant: a request that names none is taken for a question, and one without an
// id for a question about many.
float intent_factor(const request_words& request, tenancy::method kind) {
    using tenancy::method;
    const bool named = (request.kinds & tenancy::bit(kind)) != 0;
    if (request.kinds != 0) return named ? 1.45F : 1.0F;
    if (request.question && kind != method::list && kind != method::search && kind != method::get)
        return 0.8F;
    switch (kind) {
        case method::list:
            return request.many ? 1.5F : 1.3F;
        case method::search:
            return 1.15F;
        case method::get:
            return request.many ? 1.0F : 1.1F;
        default:
            return 1.0F;
    }
}

}  // namespace

operation_finder::operation_finder() {
    dom::parser parser;
    std::vector<float> lengths;
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        const auto position = static_cast<std::uint16_t>(documents_.size());
        float length = 0;
        for (const auto& [word, weight] : words_of(one, parser)) {
            terms_[word].push_back({position, weight});
            length += weight;
        }
        documents_.push_back({&one, prior_of(one)});
        lengths.push_back(length);
    }
    weigh(lengths);
}

// Turns counts into BM25 weights.
void operation_finder::weigh(const std::vector<float>& lengths) {
    float all = 0;
    for (const float length : lengths) all += length;
    const float count = static_cast<float>(lengths.size());
    const float average = count == 0 ? 1 : all / count;
    for (auto& [word, postings] : terms_) {
        const float holding = static_cast<float>(postings.size());
        const float rarity = std::log(1 + (count - holding + 0.5F) / (holding + 0.5F));
        for (auto& entry : postings) {
            const float length = lengths[entry.document] / average;
            const float damped = saturation * (1 - length_share + length_share * length);
            entry.weight = rarity * entry.weight * (saturation + 1) / (entry.weight + damped);
        }
    }
}

std::vector<found_operation> operation_finder::find(
    std::string_view text, const std::function<bool(const operation&)>& visible,
    std::size_t limit) const {
    const auto request = read_request(text);
    std::vector<float> scores(documents_.size(), 0);
    std::vector<float> matched(documents_.size(), 0);
    float asked = 0;
    for (const auto& [word, weight] : request.words) {
        asked += weight;
        const auto found = terms_.find(word);
        if (found == terms_.end()) continue;
        for (const auto& entry : found->second) {
            scores[entry.document] += weight * entry.weight;
            matched[entry.document] += weight;
        }
    }
    std::vector<found_operation> out;
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (matched[i] <= 0) continue;
        const auto& one = *documents_[i].which;
        if (!visible(one)) continue;
        const float covered = std::sqrt(matched[i] / asked);
        out.push_back({&one, scores[i] * covered * intent_factor(request, one.kind()) *
                                 prior_in(request, one, documents_[i].prior)});
    }
    const auto better = [](const found_operation& a, const found_operation& b) {
        if (a.score != b.score) return a.score > b.score;
        return a.which->tool_name() < b.which->tool_name();
    };
    const auto kept = std::min(limit, out.size());
    std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(),
                      better);
    out.resize(kept);
    return out;
}

}  // namespace tollgate::stripe
