#include "stripe/shape/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/json_escape.hpp"

namespace tollgate::stripe {

namespace {

struct character {
    char32_t code = 0;
    std::size_t bytes = 1;
};

// The character at the start of valid UTF-8.
character first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (bytes > text.size()) return {0xFFFD, text.size()};
    char32_t code = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
    return {code, bytes};
}

struct range {
    char32_t first, last;
};
// Not seen, or seen as something else than they are: controls, joiners, marks of direction, tags,
// variation selectors, separators of lines.
constexpr std::array<range, 13> unseen{{{0x7F, 0x9F},
                                        {0xAD, 0xAD},
                                        {0x61C, 0x61C},
                                        {0x115F, 0x1160},
                                        {0x17B4, 0x17B5},
                                        {0x180B, 0x180F},
                                        {0x200B, 0x200F},
                                        {0x2028, 0x202E},
                                        {0x2060, 0x206F},
                                        {0x3164, 0x3164},
                                        {0xFE00, 0xFE0F},
                                        {0xFEFF, 0xFEFF},
                                        {0xFFF0, 0xFFFB}}};

bool is_unseen(char32_t code) {
    if (code >= 0xE0000 && code <= 0xE0FFF) return true;
    return std::ranges::any_of(
        unseen, [&](const range& one) { return code >= one.first && code <= one.last; });
}

void append_unit(flat_text& out, unsigned unit) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 6> text{'\\', 'u'};
    for (unsigned i = 0; i < 4; ++i) text[i + 2] = digits[(unit >> (12 - 4 * i)) & 0xFU];
    out.put(std::string_view{text.data(), text.size()});
}

void append_escaped(flat_text& out, char32_t code) {
    if (code < 0x10000) {
        append_unit(out, static_cast<unsigned>(code));
        return;
    }
    append_unit(out, static_cast<unsigned>(0xD800 + ((code - 0x10000) >> 10U)));
    append_unit(out, static_cast<unsigned>(0xDC00 + ((code - 0x10000) & 0x3FFU)));
}

bool has_wide(std::string_view text) {
    unsigned char seen = 0;
    for (const char c : text)
        seen |= static_cast<unsigned char>(static_cast<unsigned char>(c) >= 0x7F);
    return seen != 0;
}

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

constexpr std::array<std::string_view, 8> key_prefixes{
    "sk_test_", "sk_live_", "rk_test_", "rk_live_", "pk_test_", "pk_live_", "sk_org_", "whsec_"};

// A client secret is an id, "_secret_" and at least this much.
constexpr std::string_view secret_word = "_secret_";
constexpr std::size_t secret_tail_min = 8;

// Where a word that begins at the start of `word` is to be cut, or its size: not at all.
std::size_t cut_of(std::string_view word) {
    for (const auto prefix : key_prefixes)
        if (const auto at = word.find(prefix); at != std::string_view::npos)
            return at + prefix.size();
    const auto at = word.find(secret_word);
    if (at != std::string_view::npos && at > 0 &&
        word.size() - at - secret_word.size() >= secret_tail_min)
        return at + secret_word.size();
    return word.size();
}

bool is_mail_character(char c) {
    return is_word(c) || c == '.' || c == '-' || c == '+' || c == '%' || c == '\'' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void flat_text::reserve(std::size_t more) {
    if (room_ - size_ >= more) return;
    room_ = std::max(room_ * 2, size_ + more);
    std::unique_ptr<char[]> next{new char[room_]};
    std::memcpy(next.get(), data_.get(), size_);
    data_ = std::move(next);
}

void flat_text::put(std::string_view piece) {
    reserve(piece.size());
    std::memcpy(data_.get() + size_, piece.data(), piece.size());
    size_ += piece.size();
}

void flat_text::put_integer(std::int64_t value) {
    reserve(24);
    size_ = static_cast<std::size_t>(
        std::to_chars(data_.get() + size_, data_.get() + room_, value).ptr - data_.get());
}

void flat_text::put_unsigned(std::uint64_t value) {
    reserve(24);
    size_ = static_cast<std::size_t>(
        std::to_chars(data_.get() + size_, data_.get() + room_, value).ptr - data_.get());
}

void flat_text::put_double(double value) {
    reserve(32);
    size_ = static_cast<std::size_t>(
        std::to_chars(data_.get() + size_, data_.get() + room_, value).ptr - data_.get());
}

void flat_text::put_string(std::string_view text) {
    reserve(text.size() * base::longest_escape + 18);
    data_[size_++] = '"';
    if (has_wide(text)) {
        put_visible(text);
    } else {
        const char* const end = base::escape_json(text.data(), text.size(), data_.get() + size_);
        size_ = static_cast<std::size_t>(end - data_.get());
    }
    put('"');
}

void flat_text::put_visible(std::string_view text) {
    while (!text.empty()) {
        // A stretch that may stand as it is, then the character that may not.
        std::size_t plain = 0;
        character next;
        while (plain < text.size()) {
            next = first_character(text.substr(plain));
            if (next.code >= 0x7F && is_unseen(next.code)) break;
            plain += next.bytes;
        }
        reserve(plain * base::longest_escape + 16);
        const char* const end = base::escape_json(text.data(), plain, data_.get() + size_);
        size_ = static_cast<std::size_t>(end - data_.get());
        text.remove_prefix(plain);
        if (text.empty()) return;
        append_escaped(*this, next.code);
        text.remove_prefix(next.bytes);
    }
}

std::string mask_secrets(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        // Stripe quotes keys with asterisks in the middle.
        while (end < text.size() && (is_word(text[end]) || text[end] == '*')) ++end;
        const std::string_view word = text.substr(at, end - at);
        const auto cut = cut_of(word);
        out += word.substr(0, cut);
        const bool bare_prefix = cut == word.size() && cut > 0 && word.back() == '_' &&
                                 std::ranges::any_of(key_prefixes, [&](std::string_view prefix) {
                                     return word.ends_with(prefix);
                                 });
        if (cut < word.size() || bare_prefix) out += "***";
        at = end;
        while (at < text.size() && !is_word(text[at]) && text[at] != '*') out += text[at++];
    }
    return out;
}

std::string mask_emails(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = text.find('@'); at != std::string_view::npos;
         at = text.find('@', at + 1)) {
        std::size_t start = at;
        while (start > done && is_mail_character(text[start - 1])) --start;
        std::size_t end = at + 1;
        while (end < text.size() && is_mail_character(text[end])) ++end;
        if (start == at || end == at + 1) continue;
        out += text.substr(done, start - done);
        out += redacted;
        done = end;
        at = end - 1;
    }
    out += text.substr(done);
    return out;
}

}  // namespace tollgate::stripe
