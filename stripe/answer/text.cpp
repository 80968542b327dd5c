#include "stripe/answer/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/json_escape.hpp"
#include "base/masking.hpp"
#include "base/text.hpp"
#include "stripe/answer/secret_marks.hpp"

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
// Invisible or misleading characters: controls, joiners, direction marks, tags, variation
// selectors, line separators.
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

// A client secret is an id, "_secret_" and at least this many characters.
constexpr std::size_t secret_tail_min = 8;

struct secret_cut {
    std::size_t at;       // how much of the word is kept
    bool secret = false;  // what follows is masked
    bool dashed = false;  // and may continue after a dash
};

// Where to cut a word that begins at the start of `word`.
secret_cut cut_of(std::string_view word) {
    for (const auto prefix : base::secret_prefixes)
        if (const auto at = word.find(prefix); at != std::string_view::npos)
            return {at + prefix.size(), true, prefix == base::dashed_prefix};
    const auto at = word.find(base::client_secret_word);
    const auto tail = at + base::client_secret_word.size();
    if (at != std::string_view::npos && at > 0 && word.size() >= tail + secret_tail_min)
        return {tail, true};
    return {word.size()};
}

bool is_mail_character(char c) {
    return base::is_word_character(c) || c == '.' || c == '-' || c == '+' || c == '%' ||
           c == '\'' || static_cast<unsigned char>(c) >= 0x80;
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

void flat_text::put_time(std::int64_t seconds) {
    constexpr std::int64_t day = 86'400;
    const std::int64_t in_day = seconds % day;
    // Years begin in March here, so that the leap day is their last day (Howard Hinnant's
    // civil_from_days).
    const std::int64_t days = seconds / day + 719'468;
    const std::int64_t era = days / 146'097;
    const std::int64_t of_era = days % 146'097;
    const std::int64_t years = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    const std::int64_t march_month = (5 * of_year + 2) / 153;
    const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    reserve(24);
    char* at = data_.get() + size_;
    const auto two = [&at](std::int64_t value) {
        *at++ = static_cast<char>('0' + value / 10);
        *at++ = static_cast<char>('0' + value % 10);
    };
    const std::int64_t year = years + era * 400 + (month <= 2 ? 1 : 0);
    *at++ = '"';
    two(year / 100);
    two(year % 100);
    *at++ = '-';
    two(month);
    *at++ = '-';
    two(of_year - (153 * march_month + 2) / 5 + 1);
    if (in_day != 0) {
        *at++ = 'T';
        two(in_day / 3'600);
        *at++ = ':';
        two(in_day / 60 % 60);
        *at++ = ':';
        two(in_day % 60);
        *at++ = 'Z';
    }
    *at++ = '"';
    size_ = static_cast<std::size_t>(at - data_.get());
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
        // The characters that need no escaping, followed by one that does.
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
    if (!may_hold_secrets(text)) return std::string(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        // Stripe quotes keys with asterisks in the middle.
        while (end < text.size() && (base::is_word_character(text[end]) || text[end] == '*')) ++end;
        const std::string_view word = text.substr(at, end - at);
        const auto cut = cut_of(word);
        out += word.substr(0, cut.at);
        if (cut.secret) out += base::mask;
        if (cut.dashed)
            while (end < text.size() && (base::is_word_character(text[end]) || text[end] == '-'))
                ++end;
        at = end;
        while (at < text.size() && !base::is_word_character(text[at]) && text[at] != '*')
            out += text[at++];
    }
    return out;
}

std::string mask_cards(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size();) {
        // Digits within a word belong to an id, and after a plus to a telephone number.
        const bool begins =
            base::is_digit(text[at]) &&
            (at == 0 || (!base::is_word_character(text[at - 1]) && text[at - 1] != '+'));
        if (!begins) {
            ++at;
            continue;
        }
        const auto length = base::card_number_at(text.substr(at));
        const bool whole =
            at + length == text.size() || !base::is_word_character(text[at + length]);
        if (length > 0 && whole) {
            out.append(text.substr(done, at - done)).append(base::mask);
            done = at += length;
            continue;
        }
        while (at < text.size() && base::is_digit(text[at])) ++at;
    }
    return out.append(text.substr(done));
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
