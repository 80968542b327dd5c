// Hours of the week in a time zone.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace date {
class time_zone;
}

namespace tollgate::tenancy {

// Every day in `days` from `from` to `to`; if `to` is not later than `from`, the hours end on the
// next day.
class week_hours {
public:
    // `zone` is a name of the IANA time zone database ("Europe/Berlin"); `days` are "mon" to "sun",
    // none: all; `from` and `to` are "09:00", and `to` may be "24:00". Fails with invalid_argument
    // "bad_hours" (fields `field`.time_zone, .days, .from, .to).
    static base::result<week_hours> make(std::string_view zone,
                                         const std::vector<std::string>& days,
                                         std::string_view from, std::string_view to,
                                         const std::string& field);

    // True if `now` is within the hours. The clock of the zone decides, also on days when it
    // changes.
    bool holds(base::timestamp now) const;

    // "mon, tue 09:00 to 17:00 (Europe/Berlin)".
    std::string text() const;

private:
    const date::time_zone* zone_ = nullptr;  // of the database, which lives for ever
    std::array<bool, 7> days_{};             // from Monday
    int from_ = 0;                           // minutes after midnight
    int to_ = 0;
    std::string text_;
};

}  // namespace tollgate::tenancy
