// Time zones by name.
#pragma once
#include <string_view>

namespace date {
class time_zone;
}

namespace tollgate::tenancy {

// The zone of the IANA time zone database with that name ("Europe/Berlin", "UTC"), read whole; null
// if there is none. It lives for ever.
const date::time_zone* zone_named(std::string_view name);

}  // namespace tollgate::tenancy
