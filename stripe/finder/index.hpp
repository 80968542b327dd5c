// The catalogue's texts as an index: which operations, resources and sayings hold a word, and how
// much it says there.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/finder/id_uses.hpp"
#include "stripe/finder/lexicon.hpp"
#include "stripe/finder/speech.hpp"

namespace tollgate::stripe {

struct posting {
    std::uint16_t document;
    float weight;
};

// One posting list for each term.
using postings = std::vector<std::vector<posting>>;

struct indexed_operation {
    const operation* which = nullptr;
    std::uint16_t resource = 0;
    float prior = 1;
    std::vector<id_use> ids = {};  // by kind of id
};

// Read-only once built.
struct finder_index {
    lexicon words;
    std::vector<indexed_operation> operations;
    std::vector<std::uint16_t> saying_of;  // the operation each saying is of
    std::size_t resources = 0;
    speech_model speech;
    std::vector<float> rarity;  // of each term among the operations
    postings by_operation;      // BM25F over all fields
    postings by_resource;       // BM25 over what its operations are asked for
    postings by_saying;         // share of the term in the saying: cosine when summed
};

// Indexes every exposed operation.
finder_index build_index();

}  // namespace tollgate::stripe
