// Finds the operations a plain-language request means. No network, no model: an index over the
// catalogue's own texts, built once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe/catalog/catalog.hpp"

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
    // ones by name. Empty when nothing in the request is known.
    std::vector<found_operation> find(std::string_view request,
                                      const std::function<bool(const operation&)>& visible,
                                      std::size_t limit) const;

private:
    struct posting {
        std::uint16_t document;
        float weight;
    };
    struct document {
        const operation* which;
        float prior;
    };

    void weigh(const std::vector<float>& lengths);

    std::vector<document> documents_;
    std::unordered_map<std::string, std::vector<posting>> terms_;
};

}  // namespace tollgate::stripe
