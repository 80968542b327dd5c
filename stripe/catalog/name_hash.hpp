// The hash of a tool name: the generator builds the table with it, find_tool() looks names up.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::stripe {

// Eight bytes per step; the same value on every machine, whatever its byte order.
constexpr std::uint64_t name_hash(std::string_view name) noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15U ^ name.size();
    std::size_t at = 0;
    while (at < name.size()) {
        std::uint64_t word = 0;
        for (unsigned byte = 0; byte < 8 && at < name.size(); ++byte, ++at)
            word |= static_cast<std::uint64_t>(static_cast<unsigned char>(name[at])) << (8 * byte);
        hash = std::rotl((hash ^ word) * 0xBF58476D1CE4E5B9U, 29);
    }
    return hash ^ (hash >> 32);
}

}  // namespace tollgate::stripe
