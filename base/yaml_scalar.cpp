#include "base/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace tollgate::base {

namespace {

template <std::size_t Count>
bool is_one_of(std::string_view text, const std::array<std::string_view, Count>& words) {
    return std::ranges::find(words, text) != words.end();
}

constexpr std::array<std::string_view, 5> nulls{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> trues{"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> falses{"false", "False", "FALSE"};
constexpr std::array<std::string_view, 6> no_numbers{".inf", ".Inf", ".INF",
                                                     ".nan", ".NaN", ".NAN"};

bool has_sign(std::string_view text) {
    return text.starts_with('+') || text.starts_with('-');
}

// Removes the digits at the front; true if there were any.
bool take_digits(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const bool some = end != text.begin();
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    return some;
}

bool is_whole(std::string_view text) {
    if (has_sign(text)) text.remove_prefix(1);
    return take_digits(text) && text.empty();
}

bool is_fraction(std::string_view text) {
    if (has_sign(text)) text.remove_prefix(1);
    bool digits = take_digits(text);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        digits = take_digits(text) || digits;
    }
    if (!digits) return false;
    if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
    text.remove_prefix(1);
    if (has_sign(text)) text.remove_prefix(1);
    return take_digits(text) && text.empty();
}

failure no_json(const std::string& text, std::string_view why) {
    return invalid("not_representable", std::string(clipped_text(text, quoted_bytes_max)) + ' ' +
                                            std::string(why) +
                                            ": write it in quotes if it is text");
}

result<yaml_node> number_node(std::string json) {
    yaml_node out;
    out.kind = yaml_kind::number;
    out.scalar = std::move(json);
    return out;
}

// `digits` with an optional '-'.
result<yaml_node> whole_node(const std::string& text, std::string_view digits, int base) {
    std::int64_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value, base);
    if (read.ec != std::errc{} || read.ptr != end)
        return no_json(text, "is not a whole number of 64 bits");
    return number_node(std::to_string(value));
}

result<yaml_node> fraction_node(const std::string& text) {
    std::string_view digits{text};
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc{} || !std::isfinite(value))
        return no_json(text, "is not a number that JSON can have");
    std::array<char, 32> room{};
    const auto written = std::to_chars(room.data(), room.data() + room.size(), value);
    std::string json{room.data(), written.ptr};
    // 50.0 must not become the whole number 50.
    if (json.find_first_of(".e") == std::string::npos) json += ".0";
    return number_node(std::move(json));
}

// The base of "0x1F" or "0o17"; nullopt for other texts.
std::optional<int> prefixed_base(std::string_view text) {
    const auto all =
        [digits = text.substr(std::min<std::size_t>(2, text.size()))](std::string_view allowed) {
            return !digits.empty() && digits.find_first_not_of(allowed) == std::string_view::npos;
        };
    if (text.starts_with("0x") && all("0123456789abcdefABCDEF")) return 16;
    if (text.starts_with("0o") && all("01234567")) return 8;
    return {};
}

}  // namespace

result<yaml_node> plain_scalar(const std::string& text) {
    yaml_node out;
    if (is_one_of(text, nulls)) return out;
    if (is_one_of(text, trues) || is_one_of(text, falses)) {
        out.kind = yaml_kind::truth;
        out.scalar = is_one_of(text, trues) ? "true" : "false";
        return out;
    }
    const std::string_view unsigned_text = std::string_view{text}.substr(has_sign(text) ? 1 : 0);
    if (is_one_of(unsigned_text, no_numbers))
        return no_json(text, "is not a number that JSON can have");
    if (is_whole(text))
        return whole_node(text, text.starts_with('+') ? unsigned_text : std::string_view{text}, 10);
    if (const auto base = prefixed_base(text))
        return whole_node(text, std::string_view{text}.substr(2), *base);
    if (is_fraction(text)) return fraction_node(text);
    out.kind = yaml_kind::text;
    out.scalar = text;
    return out;
}

}  // namespace tollgate::base
