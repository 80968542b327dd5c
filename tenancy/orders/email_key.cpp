#include "tenancy/orders/email_key.hpp"

#include <cstdint>

namespace tollgate::tenancy {

namespace {

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// The lower-case form of a letter of two bytes in UTF-8, by Unicode's simple case folding.
std::uint32_t folded(std::uint32_t letter) {
    const auto in = [letter](std::uint32_t first, std::uint32_t last) {
        return letter >= first && letter <= last;
    };
    if (in(0xC0, 0xDE) && letter != 0xD7) return letter + 32;     // Latin-1; 0xD7 is a sign
    if (in(0x391, 0x3AB) && letter != 0x3A2) return letter + 32;  // Greek
    if (letter == 0x3C2) return 0x3C3;                            // the final sigma
    if (in(0x410, 0x42F)) return letter + 32;                     // Cyrillic
    if (in(0x400, 0x40F)) return letter + 80;
    return letter;
}

}  // namespace

std::string email_key(std::string_view address) {
    while (!address.empty() && is_space(address.front())) address.remove_prefix(1);
    while (!address.empty() && is_space(address.back())) address.remove_suffix(1);
    std::string out;
    out.reserve(address.size());
    for (std::size_t i = 0; i < address.size(); ++i) {
        const char c = address[i];
        const auto byte = static_cast<unsigned char>(c);
        const bool two = (byte & 0xE0U) == 0xC0U && i + 1 < address.size();
        if (!two) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            continue;
        }
        const auto next = static_cast<unsigned char>(address[++i]);
        const std::uint32_t letter = folded(((byte & 0x1FU) << 6U) | (next & 0x3FU));
        out += static_cast<char>(0xC0U | (letter >> 6U));
        out += static_cast<char>(0x80U | (letter & 0x3FU));
    }
    return out;
}

}  // namespace tollgate::tenancy
