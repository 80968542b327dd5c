#include "base/encoding.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace tollgate::base {

namespace {

constexpr std::array<bool, 256> unreserved = [] {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < 128; ++byte)
        table[byte] = is_letter_or_digit(static_cast<char>(byte));
    for (const char c : std::string_view{"-._~"}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, plus_sign plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == plus_sign::blank) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const auto byte = from_hex(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1) return {};
            out += *byte;
            i += 2;
        }
    }
    return out;
}

void append_percent_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (unreserved[byte]) continue;
        out.append(text, run, i - run);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
        run = i + 1;
    }
    out.append(text, run);
}

std::string base64url(std::string_view bytes) {
    std::string out = base64(bytes);
    while (out.ends_with('=')) out.pop_back();
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string padded{text};
    if (padded.find_first_of("+/=") != std::string::npos) return {};
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    padded.append((4 - padded.size() % 4) % 4, '=');
    auto bytes = from_base64(padded);
    if (bytes && base64url(*bytes) != text) return {};
    return bytes;
}

}  // namespace tollgate::base
