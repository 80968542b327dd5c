// The words of Stripe's names: "amount_due" has "amount" and "due".
#pragma once
#include <algorithm>
#include <string_view>

namespace tollgate::stripe {

// True if `word` is one of the words of `name`, which are separated by underscores. Pure.
inline bool has_word(std::string_view name, std::string_view word) noexcept {
    for (std::size_t at = 0; at <= name.size();) {
        const auto end = std::min(name.find('_', at), name.size());
        if (name.substr(at, end - at) == word) return true;
        at = end + 1;
    }
    return false;
}

}  // namespace tollgate::stripe
