#include "tenancy/policy/time_zone.hpp"

#include <date/tz.h>
#include <stdexcept>
#include <string>

namespace tollgate::tenancy {

const date::time_zone* zone_named(std::string_view name) {
    try {
        const auto* const zone = date::locate_zone(std::string(name));
        // Its file is read at the first use: now, not while a call waits.
        zone->to_local(date::sys_seconds{});
        return zone;
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

std::optional<base::timestamp> start_of_day(std::string_view zone, std::chrono::sys_days day) {
    const auto* const found = zone_named(zone);
    if (found == nullptr) return {};
    const date::local_seconds local{
        std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch())};
    const auto began = found->to_sys(local, date::choose::earliest);
    return base::timestamp{
        std::chrono::duration_cast<std::chrono::milliseconds>(began.time_since_epoch())};
}

}  // namespace tollgate::tenancy
