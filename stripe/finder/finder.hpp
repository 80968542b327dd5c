// Finds the operations a plain-language request means. No network, no model: an index over the
// catalogue's own texts, built once.
#pragma once
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/finder/guess.hpp"
#include "stripe/finder/index.hpp"

namespace tollgate::stripe {

struct found_operation {
    const operation* which = nullptr;
    float score = 0;  // greater is better; comparable within one request only
};

// Immutable once built: every function may be called from any thread.
class operation_finder {
public:
    // Indexes every exposed operation; a few tens of milliseconds.
    operation_finder();

    // The best `limit` operations for `request` among those `visible` lets pass, best first, equal
    // ones by name. Empty when nothing in the request is known. A guess at the name of a tool or a
    // call in it ("create_refund", "POST /v1/refunds") comes before what the words say.
    std::vector<found_operation> find(std::string_view request,
                                      const std::function<bool(const operation&)>& visible,
                                      std::size_t limit) const;

private:
    finder_index index_;
    guess_reader guesses_;
};

}  // namespace tollgate::stripe
