// Time zones by name.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace date {
class time_zone;
}

namespace tollgate::tenancy {

// The zone of the IANA time zone database with that name ("Europe/Berlin", "UTC"), read whole; null
// if there is none. It lives for ever.
const date::time_zone* zone_named(std::string_view name);

// The first moment of a calendar day in the zone of that name; nothing if there is no such zone.
std::optional<base::timestamp> start_of_day(std::string_view zone, std::chrono::sys_days day);

}  // namespace tollgate::tenancy
