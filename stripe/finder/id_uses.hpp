// Which operations may take the id of an object, and where.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// In order of how likely the operation is meant where such an id is given.
enum class id_use : std::uint8_t {
    none,      // nowhere
    argument,  // as a parameter
    belongs,   // in the path, of the object that what is meant belongs to
    object,    // in the path, of the object itself
};

// The position of an id's prefix in id_prefixes(), or no_id. "price_1Mo" is an id, "file_link" is
// not: where the prefix is a plain word, an id has a digit.
inline constexpr std::size_t no_id = static_cast<std::size_t>(-1);
std::size_t id_kind(std::string_view word);

// By position in id_prefixes(), what `one` does with such an id.
std::vector<id_use> id_uses_of(const operation& one);

}  // namespace tollgate::stripe
