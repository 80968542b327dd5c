// The time in which writes count together towards a cap.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace date {
class time_zone;
}

namespace tollgate::tenancy {

// A window that slides (the last 86,400 seconds), or a period of the calendar in a time zone. A
// sliding window is counted in sixty slices, and a slice counts until all of it has left the
// window: a cap is never exceeded, and room comes back at most a sixtieth of the window later.
class cap_window {
public:
    // `seconds` from 60 to 31 days.
    static cap_window sliding(std::int64_t seconds);
    // `period` is "day", "week" (from Monday) or "month"; `zone` as in week_hours. Fails with
    // invalid_argument "bad_window" (fields `field`.period, .time_zone).
    static base::result<cap_window> calendar(std::string_view period, std::string_view zone,
                                             const std::string& field);

    struct place {
        std::int64_t slice = 0;  // seconds since 1970
        std::int64_t from = 0;   // the oldest slice that counts
    };
    // Where a write at `now` belongs.
    place at(base::timestamp now) const;

private:
    enum class kind : std::uint8_t { sliding, day, week, month };

    kind kind_ = kind::sliding;
    std::int64_t seconds_ = 0;
    const date::time_zone* zone_ = nullptr;
};

}  // namespace tollgate::tenancy
