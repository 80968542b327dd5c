#include "tenancy/audit/storable_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tollgate::tenancy {

namespace {

// True for ASCII text without zero bytes, as names and ids are: cheaper than a check of UTF-8.
bool plain_ascii(std::string_view text) noexcept {
    constexpr std::uint64_t each = 0x0101010101010101;
    constexpr std::uint64_t high = 0x80 * each;
    std::uint64_t odd = 0;  // a high bit for each byte of 0, and for each of 0x80 and above
    std::size_t at = 0;
    for (; at + sizeof each <= text.size(); at += sizeof each) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + at, sizeof eight);
        odd |= (eight - each) | eight;
    }
    for (; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == 0) return false;
        odd |= byte;
    }
    return (odd & high) == 0;
}

}  // namespace

bool is_storable(std::string_view text) {
    if (plain_ascii(text)) return true;
    return text.find('\0') == text.npos && simdjson::validate_utf8(text.data(), text.size());
}

std::string storable(std::string text) {
    if (is_storable(text)) return text;
    const bool utf8 = simdjson::validate_utf8(text.data(), text.size());
    std::ranges::replace_if(
        text,
        [utf8](char c) { return c == '\0' || (!utf8 && static_cast<unsigned char>(c) >= 0x80); },
        '?');
    return text;
}

}  // namespace tollgate::tenancy
