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

}  // namespace tollgate::tenancy
