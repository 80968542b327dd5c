#include "server/config/setting_values.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace tollgate::server {

using base::invalid;
using base::result;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t lifetime_days_max = 3650;

}  // namespace

result<> read(std::string& out, const std::string& text) {
    out = text;
    return {};
}

result<> read(std::vector<std::string>& out, const std::string& text) {
    out.clear();
    std::size_t at = 0;
    while (at <= text.size() && !text.empty()) {
        const auto comma = std::min(text.find(',', at), text.size());
        std::string item = text.substr(at, comma - at);
        item.erase(0, item.find_first_not_of(' '));
        item.erase(item.find_last_not_of(' ') + 1);
        if (!item.empty()) out.push_back(std::move(item));
        at = comma + 1;
    }
    return {};
}

result<> read(std::size_t& out, const std::string& text) {
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value);
    if (done.ec != std::errc{} || done.ptr != end || value > 1'000'000'000'000ULL)
        return invalid("not_a_number", "must be a whole number, not '" + text + "'");
    out = value;
    return {};
}

namespace {

// The value in the right unit: "30s" becomes "30000". Empty if the unit is unknown.
std::string without_unit(const std::string& text) {
    constexpr std::size_t hour_ms = 3'600'000;
    constexpr std::array<std::pair<std::string_view, std::size_t>, 9> units{{{"ms", 1},
                                                                             {"s", 1000},
                                                                             {"sec", 1000},
                                                                             {"second", 1000},
                                                                             {"seconds", 1000},
                                                                             {"m", 60'000},
                                                                             {"min", 60'000},
                                                                             {"minutes", 60'000},
                                                                             {"h", hour_ms}}};
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value);
    std::string_view unit(done.ptr, static_cast<std::size_t>(end - done.ptr));
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    if (done.ec != std::errc{} || value > hour_ms) return {};
    for (const auto& [name, factor] : units)
        if (unit == name) return std::to_string(value * factor);
    return {};
}

}  // namespace

result<> read(milliseconds& out, const std::string& text) {
    std::size_t value = 0;
    if (!read(value, text)) {
        const std::string meant = without_unit(text);
        return invalid("not_a_number",
                       "must be a whole number of milliseconds without a unit, not '" + text + "'" +
                           (meant.empty() ? "" : "; write " + meant));
    }
    if (value == 0 || value > 3'600'000)
        return invalid("out_of_range", "must be from 1 to 3600000 ms, not " + text);
    out = milliseconds{value};
    return {};
}

result<> read(pause& out, const std::string& text) {
    if (text != "0") return read(out.span, text);
    out.span = milliseconds{0};
    return {};
}

// "90d", "12h", or 0.
result<> read(lifetime& out, const std::string& text) {
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value);
    const std::string_view unit(done.ptr, static_cast<std::size_t>(end - done.ptr));
    const bool fits = done.ec == std::errc{} && value <= lifetime_days_max * 24;
    const bool never = fits && value == 0 && unit.empty();
    if (!never && (!fits || value == 0 || (unit != "d" && unit != "h") ||
                   (unit == "d" && value > lifetime_days_max)))
        return invalid("not_a_lifetime",
                       "must be days or hours, such as 90d or 12h (at most 3650d), or 0 for never, "
                       "not '" +
                           text + "'");
    out.span = std::chrono::hours{never ? 0 : value * (unit == "d" ? 24 : 1)};
    return {};
}

namespace {

struct time_unit {
    char letter;
    std::chrono::seconds span;
};
constexpr std::array<time_unit, 4> time_units{{{'d', std::chrono::days{1}},
                                               {'h', std::chrono::hours{1}},
                                               {'m', std::chrono::minutes{1}},
                                               {'s', std::chrono::seconds{1}}}};

}  // namespace

// "1d", "12h", "30m", "10s", or 0.
result<> read(interval& out, const std::string& text) {
    constexpr std::chrono::seconds longest = std::chrono::days{31};
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value);
    const bool whole = done.ec == std::errc{} && value <= static_cast<std::size_t>(longest.count());
    for (const auto& [letter, span] : time_units) {
        if (!whole || value == 0 || end - done.ptr != 1 || *done.ptr != letter) continue;
        out.span = span * static_cast<std::int64_t>(value);
        if (out.span <= longest) return {};
    }
    out.span = {};
    if (text == "0") return {};
    return invalid("not_an_interval",
                   "must be days, hours, minutes or seconds, such as 1d, 12h, 30m or 10s (at most "
                   "31d), or 0 for never, not '" +
                       text + "'");
}

result<> read(bool& out, const std::string& text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1") {
        out = true;
    } else if (text == "false" || text == "no" || text == "off" || text == "0") {
        out = false;
    } else {
        return invalid("not_a_boolean", "must be true or false, not '" + text + "'");
    }
    return {};
}

result<> read(tenancy::call_rate& out, const std::string& text) {
    const auto rate = tenancy::parse_call_rate(text);
    if (!rate)
        return invalid("not_a_rate",
                       "must be calls in seconds, such as 50/10s (at most 100000 calls and 3600 "
                       "seconds), or 0 for no limit, not '" +
                           text + "'");
    out = *rate;
    return {};
}

namespace {

constexpr std::array<std::string_view, 4> level_words{"debug", "info", "warning", "error"};

}  // namespace

result<> read(base::log_level& out, const std::string& text) {
    for (std::size_t i = 0; i < level_words.size(); ++i) {
        if (text != level_words[i]) continue;
        out = static_cast<base::log_level>(i);
        return {};
    }
    return invalid("unknown_word", "must be debug, info, warning or error, not '" + text + "'");
}

std::string show(const std::string& value) {
    return value;
}
std::string show(std::size_t value) {
    return std::to_string(value);
}
std::string show(milliseconds value) {
    return std::to_string(value.count());
}
std::string show(pause value) {
    return show(value.span);
}
std::string show(lifetime value) {
    const auto hours = value.span.count();
    if (hours == 0) return "0";
    return hours % 24 == 0 ? std::to_string(hours / 24) + "d" : std::to_string(hours) + "h";
}
std::string show(interval value) {
    if (value.span.count() == 0) return "0";
    for (const auto& [letter, span] : time_units)
        if (value.span % span == std::chrono::seconds{0})
            return std::to_string(value.span / span) + letter;
    return {};
}
std::string show(const tenancy::call_rate& value) {
    return tenancy::to_string(value);
}
std::string show(bool value) {
    return value ? "true" : "false";
}
std::string show(base::log_level value) {
    return std::string(level_words[static_cast<std::size_t>(value)]);
}
std::string show(const std::vector<std::string>& value) {
    std::string out;
    for (const auto& item : value) out += (out.empty() ? "" : ",") + item;
    return out;
}

}  // namespace tollgate::server
