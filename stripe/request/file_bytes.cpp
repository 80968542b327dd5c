#include "stripe/request/file_bytes.hpp"

#include <array>
#include <cstdint>

namespace tollgate::stripe {

namespace {

constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> digit_values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < letters.size(); ++i)
        table[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
    table['-'] = 62;
    table['_'] = 63;
    return table;
}();

// The digits without padding; nullopt if the padding does not match the length.
std::optional<std::string_view> without_padding(std::string_view text) {
    const std::size_t whole = text.size();
    while (text.ends_with('=')) text.remove_suffix(1);
    const std::size_t padding = whole - text.size();
    if (padding != 0 && (padding > 2 || whole % 4 != 0)) return {};
    if (text.size() % 4 == 1) return {};
    return text;
}

}  // namespace

std::optional<std::string> decoded_base64(std::string_view text) {
    const auto digits = without_padding(text);
    if (!digits) return {};
    const bool url = digits->find_first_of("-_") != std::string_view::npos;
    if (url && digits->find_first_of("+/") != std::string_view::npos) return {};
    std::string out;
    out.reserve(digits->size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char digit : *digits) {
        const auto value = digit_values[static_cast<unsigned char>(digit)];
        if (value == no_digit) return {};
        bits = (bits << 6) | value;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>((bits >> held) & 0xFF);
    }
    // Unused bits must be zero, so that each byte sequence has one encoding.
    if ((bits & ((1U << held) - 1)) != 0) return {};
    return out;
}

file_kind kind_of_file(std::string_view bytes) noexcept {
    if (bytes.starts_with("%PDF-")) return {"upload.pdf", "application/pdf"};
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return {"upload.png", "image/png"};
    if (bytes.starts_with("\xFF\xD8\xFF")) return {"upload.jpg", "image/jpeg"};
    if (bytes.starts_with("GIF8")) return {"upload.gif", "image/gif"};
    if (bytes.starts_with("PK\x03\x04")) return {"upload.zip", "application/zip"};
    return {"upload", "application/octet-stream"};
}

}  // namespace tollgate::stripe
