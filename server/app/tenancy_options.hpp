// What the settings say of the tenancy.
#pragma once
#include "server/config/config.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// `first_start`: no team is stored yet, so key files that are not there may be made. feed_rules is
// left to the caller, who knows what instances share.
tenancy::tenancy_options tenancy_options_of(const config& value, bool first_start);

}  // namespace tollgate::server
