#include "stripe/finder/finder.hpp"

#include <algorithm>
#include <cmath>

#include "stripe/finder/prior.hpp"
#include "stripe/finder/request.hpp"
#include "stripe/finder/weights.hpp"

namespace tollgate::stripe {

namespace {

// Above every score that words come to.
constexpr float guess_first = 10'000;

// What kind of call is meant: a request that names none is taken for a question, and one without an
// id for a question about many.
float intent_factor(const request_words& request, tenancy::method kind) {
    using tenancy::method;
    const bool named = (request.kinds & tenancy::bit(kind)) != 0;
    if (request.kinds != 0) return named ? tuned.named : 1.0F;
    const bool reads = kind == method::list || kind == method::search || kind == method::get;
    if (request.question && !reads) return tuned.question_write;
    switch (kind) {
        case method::list:
            return request.many ? tuned.list_many : tuned.list;
        case method::search:
            return tuned.search;
        case method::get:
            return request.many ? tuned.get_many : tuned.get;
        default:
            return 1.0F;
    }
}

// An id is decisive: nobody searches for what he has the id of, an operation on the object whose id
// is given is likelier than others, one on what belongs to it half so, and one that cannot take the
// id is hardly meant.
float id_factor(const request_words& request, const indexed_operation& one) {
    if (request.ids.empty()) return 1;
    const auto kind = one.which->kind();
    if (kind == tenancy::method::search) return tuned.search_with_id;
    float out = 1;
    auto best = id_use::none;
    for (const auto id : request.ids) {
        best = std::max(best, one.ids[id]);
        if (one.ids[id] == id_use::none) out *= tuned.takes_no_id;
    }
    if (kind == tenancy::method::get && (request.kinds & tenancy::bit(kind)) == 0) return out;
    if (best == id_use::object) return out * tuned.acts_on_id;
    return best == id_use::belongs ? out * tuned.belongs_to_id : out;
}

// How well everything indexed fits a request.
struct signs {
    std::vector<float> words;    // by operation
    std::vector<float> covered;  // by operation: the weight of the words it holds
    std::vector<float> things;   // by resource
    std::vector<float> nearest;  // by operation: the cosine with its nearest saying
    std::vector<float> second;   // by operation: with the next one
    std::vector<float> kin;      // by resource: with the nearest saying of any of its operations
    float asked = 0;             // the weight of all words
    float mass = 0;              // what a text of just these words would score
};

void add_words(const finder_index& index, const request_words& request, signs& out) {
    for (const auto& [stem, weight] : request.words) {
        out.asked += weight;
        const auto which = index.words.find(stem);
        if (which == lexicon::none) continue;
        for (const auto& entry : index.by_operation[which]) {
            out.words[entry.document] += weight * entry.weight;
            out.covered[entry.document] += weight;
        }
        for (const auto& entry : index.by_resource[which])
            out.things[entry.document] += weight * entry.weight;
    }
}

void add_sayings(const finder_index& index, const request_words& request, signs& out) {
    std::vector<float> cosines(index.saying_of.size(), 0);
    float squares = 0;
    for (const auto& [stem, weight] : request.said) {
        const auto which = index.words.find(stem);
        if (which == lexicon::none) {
            squares += weight * weight * tuned.unknown * tuned.unknown;
            continue;
        }
        const float rare = weight * index.rarity[which];
        out.mass += rare;
        squares += rare * rare;
        for (const auto& entry : index.by_saying[which])
            cosines[entry.document] += rare * entry.weight;
    }
    if (squares == 0) return;
    const float length = 1 / std::sqrt(squares);
    for (std::size_t i = 0; i < cosines.size(); ++i) {
        if (cosines[i] == 0) continue;
        const float cosine = cosines[i] * length;
        const auto operation = index.saying_of[i];
        auto& best = out.nearest[operation];
        out.second[operation] = std::max(out.second[operation], std::min(best, cosine));
        best = std::max(best, cosine);
        auto& kin = out.kin[index.operations[operation].resource];
        kin = std::max(kin, cosine);
    }
}

}  // namespace

operation_finder::operation_finder() : index_(build_index()), guesses_(index_.operations) {}

std::vector<found_operation> operation_finder::find(
    std::string_view text, const std::function<bool(const operation&)>& visible,
    std::size_t limit) const {
    const auto request = read_request(text, index_.words);
    const auto count = index_.operations.size();
    const std::vector<float> by_operation(count, 0);
    const std::vector<float> by_resource(index_.resources, 0);
    signs seen{by_operation, by_operation, by_resource, by_operation, by_operation, by_resource};
    add_words(index_, request, seen);
    add_sayings(index_, request, seen);
    const auto speech = index_.speech.judge(request.actions);
    std::vector<found_operation> out;
    std::vector<float> guessed(count, 0);
    for (const auto& one : guesses_.read(text)) guessed[one.position] = one.fits;
    for (std::size_t i = 0; i < count; ++i) {
        if (seen.covered[i] <= 0 && guessed[i] <= 0) continue;
        const auto& one = index_.operations[i];
        if (!visible(*one.which)) continue;
        const float fits =
            seen.words[i] + tuned.group * seen.things[one.resource] +
            seen.mass * (tuned.nearest * seen.nearest[i] + tuned.second * seen.second[i] +
                         tuned.kin * seen.kin[one.resource]);
        const float covered = seen.asked > 0 ? seen.covered[i] / seen.asked : 0.0F;
        const float spoken = std::exp(tuned.speech * speech[i]);
        const float score = fits * covered * spoken * intent_factor(request, one.which->kind()) *
                            id_factor(request, one) * prior_in(request, *one.which, one.prior);
        out.push_back({one.which, guessed[i] > 0 ? guess_first * guessed[i] + score : score});
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
