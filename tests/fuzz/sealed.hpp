// What the targets for sealed texts share: a key, a clock, and a text changed in one place.
#pragma once
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "fuzz.hpp"

namespace tollgate::fuzz {

inline base::secret key() {
    return base::secret{std::string(32, 'k')};
}

class still_clock final : public base::clock {
public:
    base::timestamp now() const override { return base::from_unix_ms(1'790'000'000'000); }
};

// `text` with one character another, at a place and to a value that the input chooses.
inline std::string changed(std::string text, std::string_view input) {
    if (text.empty() || input.size() < 2) return text + "x";
    const auto at =
        static_cast<unsigned char>(input[0]) * 251U + static_cast<unsigned char>(input[1]);
    char& one = text[at % text.size()];
    one = static_cast<char>(one ^ (1 + static_cast<unsigned char>(input.back()) % 255));
    return text;
}

}  // namespace tollgate::fuzz
