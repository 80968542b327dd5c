#include "base/json_text.hpp"

#include <charconv>
#include <cstring>

namespace tollgate::base {

namespace {

// Per byte: 0 copies it, 'u' writes \u00XX, anything else is the letter after the backslash.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < 32; ++i) table[i] = 'u';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    return table;
}();

constexpr std::size_t longest_escape = 6;

char* write_escape(char* out, unsigned char byte, char code) {
    constexpr std::string_view digits = "0123456789abcdef";
    *out++ = '\\';
    *out++ = code;
    if (code == 'u') {
        *out++ = '0';
        *out++ = '0';
        *out++ = digits[byte >> 4U];
        *out++ = digits[byte & 15U];
    }
    return out;
}

// True when one of eight bytes needs an escape (the classic "has zero byte" test, once per kind).
bool needs_escape(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101ULL;
    constexpr std::uint64_t tops = 0x8080808080808080ULL;
    const std::uint64_t quote = word ^ (ones * 0x22U);
    const std::uint64_t slash = word ^ (ones * 0x5CU);
    const std::uint64_t control = word & (ones * 0xE0U);
    return ((((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
             ((control - ones) & ~control)) &
            tops) != 0;
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
    // Room for the worst case of a stretch, so that the inner loop writes without a check.
    constexpr std::size_t stretch = 4096;
    for (std::size_t at = 0; at < text.size(); at += stretch) {
        const std::string_view part = text.substr(at, stretch);
        const std::size_t start = out.size();
        out.resize(start + part.size() * longest_escape);
        char* to = out.data() + start;
        const char* from = part.data();
        const char* const end = from + part.size();
        while (from != end) {
            if (end - from >= 8) {
                std::uint64_t word = 0;
                std::memcpy(&word, from, 8);
                if (!needs_escape(word)) {
                    std::memcpy(to, from, 8);
                    from += 8;
                    to += 8;
                    continue;
                }
            }
            const char* const stop = end - from >= 8 ? from + 8 : end;
            for (; from != stop; ++from) {
                const auto byte = static_cast<unsigned char>(*from);
                const char code = escapes[byte];
                if (code == 0) {
                    *to++ = *from;
                } else {
                    to = write_escape(to, byte, code);
                }
            }
        }
        out.resize(static_cast<std::size_t>(to - out.data()));
    }
}

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    append_json_escaped(out, text);
    out.push_back('"');
}

void append_json_number(std::string& out, std::int64_t value) {
    std::array<char, 24> digits{};
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), done.ptr);
}

void json_members::start(std::string_view key) {
    if (!first_) out_.push_back(',');
    first_ = false;
    append_json_string(out_, key);
    out_.push_back(':');
}

json_members& json_members::text(std::string_view key, std::string_view value) {
    start(key);
    append_json_string(out_, value);
    return *this;
}

json_members& json_members::number(std::string_view key, std::int64_t value) {
    start(key);
    append_json_number(out_, value);
    return *this;
}

json_members& json_members::truth(std::string_view key, bool value) {
    start(key);
    out_ += value ? "true" : "false";
    return *this;
}

json_members& json_members::raw(std::string_view key, std::string_view json) {
    start(key);
    out_ += json;
    return *this;
}

std::string_view clipped_text(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace tollgate::base
