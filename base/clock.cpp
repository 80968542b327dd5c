#include "base/clock.hpp"

namespace tollgate::base {

namespace {

// Writes the last `count` decimal digits of `value`, which is not negative.
void put_digits(std::string& text, std::size_t at, std::size_t count, int value) {
    for (std::size_t i = at + count; i > at; --i, value /= 10)
        text[i - 1] = static_cast<char>('0' + value % 10);
}

// Reads exactly `count` digits at `at`; -1 if there are fewer.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

// Milliseconds of a fraction that starts at the dot; moves `at` past it. -1 if no digit follows.
int fraction_ms(std::string_view text, std::size_t& at) {
    const std::size_t first = ++at;
    int value = 0;
    int places = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        if (places < 3) {
            value = value * 10 + (text[at] - '0');
            ++places;
        }
        ++at;
    }
    if (at == first) return -1;
    for (; places < 3; ++places) value *= 10;
    return value;
}

// Minutes east of UTC for a zone of "Z", "z" or "+hh:mm".
std::optional<int> offset_minutes(std::string_view zone) {
    if (zone == "Z" || zone == "z") return 0;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return {};
    const int hours = digits(zone, 1, 2);
    const int minutes = digits(zone, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return {};
    return (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

timestamp system_clock::now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

std::string format_timestamp(timestamp value) {
    const auto day = std::chrono::floor<std::chrono::days>(value);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{value - day};
    std::string text = "0000-00-00T00:00:00.000Z";
    put_digits(text, 0, 4, static_cast<int>(date.year()));
    put_digits(text, 5, 2, static_cast<int>(static_cast<unsigned>(date.month())));
    put_digits(text, 8, 2, static_cast<int>(static_cast<unsigned>(date.day())));
    put_digits(text, 11, 2, static_cast<int>(time.hours().count()));
    put_digits(text, 14, 2, static_cast<int>(time.minutes().count()));
    put_digits(text, 17, 2, static_cast<int>(time.seconds().count()));
    put_digits(text, 20, 3, static_cast<int>(time.subseconds().count()));
    return text;
}

std::optional<timestamp> parse_timestamp(std::string_view text) {
    if (text.size() < 20 || text.size() > 40) return {};
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (year < 0 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return {};
    if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return {};
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return {};
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return {};
    std::size_t at = 19;
    int ms = 0;
    if (text[at] == '.') ms = fraction_ms(text, at);
    if (ms < 0) return {};
    const auto offset = offset_minutes(text.substr(at));
    if (!offset) return {};
    return timestamp{std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{hour} +
                     std::chrono::minutes{minute} + std::chrono::seconds{second} +
                     std::chrono::milliseconds{ms} - std::chrono::minutes{*offset}};
}

}  // namespace tollgate::base
