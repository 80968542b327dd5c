#include "server/cli/openapi/openapi_words.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/text.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t name_bytes = 64;
// Enough for any first sentence that is kept.
constexpr std::size_t read_bytes_max = 4'000;
// A point behind one of these ends no sentence.
constexpr std::array<std::string_view, 6> abbreviations{"e.g", "i.e", "vs", "cf", "approx", "no"};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || base::is_digit(c);
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The bytes of the character that begins at `at`.
std::size_t character_bytes(std::string_view text, std::size_t at) {
    std::size_t bytes = 1;
    while (at + bytes < text.size() &&
           (static_cast<unsigned char>(text[at + bytes]) & 0xC0U) == 0x80U)
        ++bytes;
    return bytes;
}

// Whether answers to models would have this character escaped.
bool is_hidden(std::string_view character, stripe::flat_text& room) {
    if (static_cast<unsigned char>(character.front()) < 0x20) return true;
    room.cut(0);
    room.put_string(character);
    return room.view().starts_with("\"\\u");
}

bool begins_tag(std::string_view rest) {
    return rest.size() > 1 && rest.front() == '<' &&
           (rest[1] == '/' || base::is_letter_or_digit(rest[1]));
}

// Without tags; "[words](address)" becomes "words"; without backticks and asterisks.
std::string without_markup(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (begins_tag(text.substr(i))) {
            const auto end = text.find('>', i);
            if (end != std::string_view::npos) {
                i = end;
                continue;
            }
        }
        if (text.substr(i, 2) == "](") {
            const auto end = text.find(')', i);
            if (end != std::string_view::npos) {
                const auto start = out.rfind('[');
                if (start != std::string::npos) out.erase(start, 1);
                i = end;
                continue;
            }
        }
        if (text[i] != '`' && text[i] != '*') out += text[i];
    }
    return out;
}

bool ends_abbreviation(std::string_view before) {
    return std::ranges::any_of(abbreviations, [&](std::string_view word) {
        return before.ends_with(word) &&
               (before.size() == word.size() ||
                !base::is_letter_or_digit(before[before.size() - word.size() - 1]));
    });
}

std::size_t sentence_end(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?';
        if (stop && text[i + 1] == ' ' && !ends_abbreviation(text.substr(0, i))) return i + 1;
    }
    return text.size();
}

}  // namespace

std::string plain_line(std::string_view text) {
    std::string out;
    stripe::flat_text room{64};
    for (std::size_t i = 0; i < text.size();) {
        if (is_space(text[i])) {
            if (!out.empty() && out.back() != ' ') out += ' ';
            ++i;
            continue;
        }
        const auto character = text.substr(i, character_bytes(text, i));
        if (!is_hidden(character, room)) out += character;
        i += character.size();
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string first_sentence(std::string_view text, std::size_t bytes_max) {
    const auto paragraph =
        text.find("\n\n", std::min(text.find_first_not_of(" \n\r\t"), text.size()));
    text = base::clipped_text(text.substr(0, paragraph), read_bytes_max);
    std::string out = plain_line(without_markup(text));
    out.resize(sentence_end(out));
    if (out.size() <= bytes_max) return out;
    constexpr std::string_view more = "…";
    out = std::string{base::clipped_text(out, bytes_max - more.size())};
    return out + std::string{more};
}

std::string snake_name(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (!base::is_letter_or_digit(c)) {
            if (!out.empty() && out.back() != '_') out += '_';
            continue;
        }
        const char before = i > 0 ? text[i - 1] : ' ';
        const char after = i + 1 < text.size() ? text[i + 1] : ' ';
        const bool word_starts =
            is_upper(c) &&
            (is_lower_or_digit(before) || (is_upper(before) && after >= 'a' && after <= 'z'));
        if (word_starts && !out.empty() && out.back() != '_') out += '_';
        out += base::to_lower(c);
    }
    if (out.empty() || base::is_digit(out.front())) out.insert(0, "call_");
    out.resize(std::min(out.size(), name_bytes));
    while (out.ends_with('_')) out.pop_back();
    return out;
}

std::string numbered_name(std::string_view name, std::size_t number) {
    const std::string end = '_' + std::to_string(number);
    return std::string{name.substr(0, name_bytes - end.size())} + end;
}

}  // namespace tollgate::server
