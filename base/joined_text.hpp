// Texts that are put together at compile time.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tollgate::base {

template <const std::string_view&... Parts>
struct joined_characters {
    static constexpr auto characters = [] {
        std::array<char, (Parts.size() + ... + 0)> out{};
        auto* end = out.data();
        ((end = std::copy(Parts.begin(), Parts.end(), end)), ...);
        return out;
    }();
    static constexpr std::string_view text{characters.data(), characters.size()};
};

// One text from its parts: joined_text<teams, freeze> is "/team/freeze".
template <const std::string_view&... Parts>
inline constexpr std::string_view joined_text = joined_characters<Parts...>::text;

}  // namespace tollgate::base
