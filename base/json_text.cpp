#include "base/json_text.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include "base/json_escape.hpp"

namespace tollgate::base {

namespace {

// True if one of eight bytes is a control character, a quote or a backslash.
constexpr bool any_special(std::uint64_t bytes) noexcept {
    constexpr std::uint64_t each = 0x0101010101010101;
    constexpr std::uint64_t high = 0x80 * each;
    const auto below = [&](std::uint64_t value, std::uint64_t limit) {
        return (value - limit * each) & ~value & high;
    };
    return (below(bytes, 0x20) | below(bytes ^ ('"' * each), 1) |
            below(bytes ^ ('\\' * each), 1)) != 0;
}

// True for most words, keys and ids: short strings that need no escaping.
bool short_and_plain(std::string_view text) noexcept {
    constexpr std::size_t short_max = 64;
    constexpr std::size_t step = sizeof(std::uint64_t);
    if (text.size() > short_max) return false;
    unsigned special = 0;
    if (text.size() < step) {
        for (const char c : text)
            special |= static_cast<unsigned>(static_cast<unsigned char>(c) < 0x20) |
                       static_cast<unsigned>(c == '"') | static_cast<unsigned>(c == '\\');
        return special == 0;
    }
    const auto any_special_at = [text](std::size_t at) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + at, step);
        return static_cast<unsigned>(any_special(eight));
    };
    for (std::size_t at = 0; at + step <= text.size(); at += step) special |= any_special_at(at);
    return (special | any_special_at(text.size() - step)) == 0;
}

// The start of a member on the stack, so that a string grows once a member, not once a part.
class member_piece {
public:
    // True if a member with `bytes` of key and value has room here.
    static bool fits(std::size_t bytes) noexcept { return bytes + marks <= room; }

    void put(char c) noexcept { bytes_[size_++] = c; }
    void put(std::string_view text) noexcept {
        if (text.empty()) return;  // of no text there may be no address to copy from
        std::memcpy(bytes_.data() + size_, text.data(), text.size());
        size_ += text.size();
    }
    void put_key(std::string_view key, bool first) noexcept {
        if (!first) put(',');
        put('"');
        put(key);
        put('"');
        put(':');
    }
    void append_to(std::string& out) const { out.append(bytes_.data(), size_); }

private:
    static constexpr std::size_t room = 192;
    static constexpr std::size_t marks = 6;  // a comma, a colon, and quotes around both

    std::size_t size_ = 0;
    std::array<char, room> bytes_;  // written before it is read
};

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
    if (short_and_plain(text)) {
        out.append(text);
        return;
    }
    // Escapes in chunks on the stack: growing `out` to the worst case would write every byte six
    // times over.
    constexpr std::size_t stretch = 2048;
    std::array<char, stretch * longest_escape + 16> part;  // written before it is read
    for (std::size_t at = 0; at < text.size(); at += stretch) {
        const std::string_view piece = text.substr(at, stretch);
        const char* const end = escape_json(piece.data(), piece.size(), part.data());
        out.append(part.data(), static_cast<std::size_t>(end - part.data()));
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
    if (member_piece::fits(key.size())) {
        member_piece piece;
        piece.put_key(key, first_);
        piece.append_to(out_);
    } else {
        out_.append(first_ ? "\"" : ",\"").append(key).append("\":");
    }
    first_ = false;
}

json_members& json_members::text(std::string_view key, std::string_view value) {
    if (member_piece::fits(key.size() + value.size()) && short_and_plain(value)) {
        member_piece piece;
        piece.put_key(key, first_);
        piece.put('"');
        piece.put(value);
        piece.put('"');
        piece.append_to(out_);
        first_ = false;
        return *this;
    }
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
