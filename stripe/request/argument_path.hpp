// The current position in the arguments, written out only for an error:
// "line_items[0].price_data.currency".
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// One link of a chain on the stack; its ancestors must outlive it.
struct argument_path {
    const argument_path* above = nullptr;
    std::string_view name;  // empty: an element of an array, by `index`
    std::size_t index = 0;

    std::string text() const;
};

// A name from outside, for a message: at most 64 bytes, cut between characters.
std::string clipped(std::string_view name);

}  // namespace tollgate::stripe
