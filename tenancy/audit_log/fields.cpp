#include "tenancy/audit_log/fields.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

// The bytes of the UTF-8 character at the start of `text`, 0 if there is no valid one (RFC 3629
// §4). The second byte's range excludes overlong forms, surrogates and values above U+10FFFF.
std::size_t utf8_length(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    if (first < 0x80U) return 1;
    const std::size_t length = first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
    if (first < 0xC2U || first > 0xF4U || text.size() < length) return 0;
    const unsigned least = first == 0xE0U ? 0xA0U : first == 0xF0U ? 0x90U : 0x80U;
    const unsigned most = first == 0xEDU ? 0x9FU : first == 0xF4U ? 0x8FU : 0xBFU;
    if (byte_at(text, 1) < least || byte_at(text, 1) > most) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if ((byte_at(text, i) & 0xC0U) != 0x80U) return 0;
    return length;
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return {};
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!base::is_digit(c)) return {};
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > max / 10 || digit > max - value * 10) return {};
        value = value * 10 + digit;
    }
    return value;
}

std::string base64_of(const base::digest& hash) {
    return base::base64(base::as_view(hash));
}

std::optional<base::digest> digest_from_base64(std::string_view text) {
    base::digest hash{};
    const auto bytes = base::from_base64(text);
    if (!bytes || bytes->size() != hash.size()) return {};
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

bool is_note_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0 || (byte_at(text, 0) < 0x20U && text.front() != '\n')) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace tollgate::tenancy::audit_log
