#include "tenancy/policy/cap_window.hpp"

#include <algorithm>
#include <date/tz.h>

#include "tenancy/policy/time_zone.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::int64_t slices = 60;

std::int64_t seconds_of(base::timestamp now) {
    return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
}

}  // namespace

cap_window cap_window::sliding(std::int64_t seconds) {
    cap_window out;
    out.seconds_ = seconds;
    return out;
}

base::result<cap_window> cap_window::calendar(std::string_view period, std::string_view zone,
                                              const std::string& field) {
    cap_window out;
    if (period == "day")
        out.kind_ = kind::day;
    else if (period == "week")
        out.kind_ = kind::week;
    else if (period == "month")
        out.kind_ = kind::month;
    else
        return base::invalid("bad_window", field + ".period may be: day, week, month",
                             field + ".period");
    out.zone_ = zone_named(zone);
    if (out.zone_ == nullptr)
        return base::invalid("bad_window",
                             field + ".time_zone must be a name such as Europe/Berlin or UTC",
                             field + ".time_zone");
    return out;
}

cap_window::place cap_window::at(base::timestamp now) const {
    const std::int64_t second = seconds_of(now);
    if (kind_ == kind::sliding) {
        const std::int64_t length = std::max<std::int64_t>(seconds_ / slices, 1);
        const std::int64_t oldest = second - seconds_ - length + 1;
        return {second / length * length, oldest};
    }
    const auto local = zone_->to_local(date::sys_seconds{std::chrono::seconds{second}});
    auto day = date::floor<date::days>(local);
    if (kind_ == kind::week)
        day -= date::weekday{day} - date::Monday;
    else if (kind_ == kind::month)
        day -= date::days{static_cast<int>(static_cast<unsigned>(date::year_month_day{day}.day())) -
                          1};
    // Where midnight does not exist or comes twice, the first moment of the day.
    const auto began = zone_->to_sys(date::local_seconds{day}, date::choose::earliest);
    const std::int64_t slice = began.time_since_epoch().count();
    return {slice, slice};
}

}  // namespace tollgate::tenancy
