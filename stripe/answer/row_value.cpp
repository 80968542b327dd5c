#include "stripe/answer/row_value.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "base/clock.hpp"

namespace tollgate::stripe {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string_view row_text(element from, std::string_view name) {
    std::string_view out;
    return from.is_object() && from.at_key(name).get(out) == simdjson::SUCCESS ? out
                                                                               : std::string_view{};
}

template <typename Number>
std::string digits_of(Number value) {
    std::array<char, 40> room{};
    const auto done = std::to_chars(room.data(), room.data() + room.size(), value);
    return {room.data(), done.ptr};
}

// Stripe's times are Unix seconds; those of v2 are text.
std::optional<base::timestamp> time_at(element row, std::string_view path) {
    constexpr std::int64_t seconds_max = 253'402'300'799;  // the last second of the year 9999
    if (const auto seconds = integer_at(row, path))
        return *seconds >= 0 && *seconds <= seconds_max
                   ? std::optional{base::from_unix_ms(*seconds * 1000)}
                   : std::nullopt;
    const auto found = value_at(row, path);
    std::string_view text;
    if (!found || found->get(text) != simdjson::SUCCESS) return {};
    return base::parse_timestamp(text);
}

}  // namespace

std::optional<element> value_at(element row, std::string_view path) {
    element at = row;
    while (true) {
        const auto dot = path.find('.');
        if (!at.is_object() || at.at_key(path.substr(0, dot)).get(at) != simdjson::SUCCESS)
            return {};
        if (dot == std::string_view::npos) return at;
        path.remove_prefix(dot + 1);
    }
}

std::string group_at(element row, std::string_view path) {
    constexpr std::string_view none = "none";
    const auto found = value_at(row, path);
    if (!found) return std::string(none);
    switch (found->type()) {
        case element_type::STRING: {
            const std::string_view text = found->get_string().value_unsafe();
            return std::string(text.empty() ? none : text);
        }
        case element_type::INT64:
            return digits_of(found->get_int64().value_unsafe());
        case element_type::UINT64:
            return digits_of(found->get_uint64().value_unsafe());
        case element_type::DOUBLE:
            return digits_of(found->get_double().value_unsafe());
        case element_type::BOOL:
            return found->get_bool().value_unsafe() ? "true" : "false";
        case element_type::OBJECT: {
            const auto id = row_text(*found, "id");
            return std::string(id.empty() ? none : id);
        }
        default:
            return std::string(none);
    }
}

std::string span_at(element row, std::string_view path, time_span by) {
    namespace chrono = std::chrono;
    const auto when = time_at(row, path);
    if (!when) return "none";
    const auto day = chrono::floor<chrono::days>(*when);
    std::string date = base::format_timestamp(day).substr(0, 10);
    if (by == time_span::day) return date;
    if (by == time_span::month) return date.substr(0, 7);
    // A week belongs to the year that contains its Thursday.
    const auto thursday = day - (chrono::weekday{day} - chrono::Monday) + chrono::days{3};
    const auto year = chrono::year_month_day{thursday}.year();
    const auto first = chrono::sys_days{year / chrono::January / 1};
    const auto week = std::to_string((thursday - first).count() / 7 + 1);
    return std::to_string(static_cast<int>(year)) + (week.size() == 1 ? "-W0" : "-W") + week;
}

std::optional<std::int64_t> integer_at(element row, std::string_view path) {
    const auto found = value_at(row, path);
    std::int64_t out = 0;
    if (!found || found->get(out) != simdjson::SUCCESS) return {};
    return out;
}

std::string_view currency_at(element row, std::string_view path) {
    std::string_view found = row_text(row, "currency");
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
        const auto holder = value_at(row, path.substr(0, dot));
        if (!holder) break;
        if (const auto own = row_text(*holder, "currency"); !own.empty()) found = own;
    }
    return found;
}

}  // namespace tollgate::stripe
