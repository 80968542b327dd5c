// The tenancy options from the settings.
#pragma once
#include "server/config/config.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// `first_start`: no team is stored yet, so missing key files may be created. feed_rules is left to
// the caller, who knows what instances share. `orders` outlives what is made of the options; it may
// be null.
tenancy::tenancy_options tenancy_options_of(const config& value, bool first_start,
                                            storage::external_orders* orders = nullptr);

}  // namespace tollgate::server
