#include "tenancy/policy/week_hours.hpp"

#include <algorithm>
#include <charconv>
#include <date/tz.h>
#include <optional>

#include "tenancy/policy/time_zone.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};
constexpr int minutes_of_day = 24 * 60;

base::failure bad_hours(const std::string& field, std::string_view member, std::string message) {
    return base::invalid("bad_hours", std::move(message), field + '.' + std::string(member));
}

// "09:30" as minutes; nothing for another text.
std::optional<int> minutes_in(std::string_view text) {
    int hours = 0;
    int minutes = 0;
    if (text.size() != 5 || text[2] != ':') return {};
    const auto number = [](std::string_view digits, int& to) {
        const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), to);
        return end.ec == std::errc{} && end.ptr == digits.data() + digits.size();
    };
    if (!number(text.substr(0, 2), hours) || !number(text.substr(3), minutes)) return {};
    if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > minutes_of_day)
        return {};
    return hours * 60 + minutes;
}

}  // namespace

base::result<week_hours> week_hours::make(std::string_view zone,
                                          const std::vector<std::string>& days,
                                          std::string_view from, std::string_view to,
                                          const std::string& field) {
    week_hours out;
    out.zone_ = zone_named(zone);
    if (out.zone_ == nullptr)
        return bad_hours(field, "time_zone",
                         "time_zone must be a name such as Europe/Berlin or UTC");
    for (const auto& day : days) {
        const auto found = std::ranges::find(day_names, day);
        if (found == day_names.end())
            return bad_hours(field, "days", "days may be: mon, tue, wed, thu, fri, sat, sun");
        out.days_.at(static_cast<std::size_t>(found - day_names.begin())) = true;
        out.text_ += (out.text_.empty() ? "" : ", ") + day;
    }
    if (days.empty()) out.days_.fill(true);
    const auto first = minutes_in(from);
    const auto last = minutes_in(to);
    if (!first || *first == minutes_of_day)
        return bad_hours(field, "from", "from must be a time of day such as 09:00");
    if (!last) return bad_hours(field, "to", "to must be a time of day such as 17:00, or 24:00");
    if (*first == *last)
        return bad_hours(field, "to", "to must differ from 'from'; from 00:00 to 24:00 is all day");
    out.from_ = *first;
    out.to_ = *last;
    out.text_ += (out.text_.empty() ? "" : " ") + std::string(from) + " to " + std::string(to) +
                 " (" + std::string(zone) + ')';
    return out;
}

bool week_hours::holds(base::timestamp now) const {
    const auto local = zone_->to_local(date::sys_time<std::chrono::milliseconds>{
        std::chrono::milliseconds{base::to_unix_ms(now)}});
    const auto day = date::floor<date::days>(local);
    const auto minute =
        static_cast<int>(std::chrono::floor<std::chrono::minutes>(local - day).count());
    const std::size_t today = date::weekday{day}.iso_encoding() - 1;
    const std::size_t yesterday = (today + 6) % 7;
    if (from_ < to_) return days_.at(today) && minute >= from_ && minute < to_;
    return (days_.at(today) && minute >= from_) || (days_.at(yesterday) && minute < to_);
}

std::string week_hours::text() const {
    return text_;
}

}  // namespace tollgate::tenancy
