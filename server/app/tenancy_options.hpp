// The tenancy options from the settings.
#pragma once
#include "server/config/config.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// `first_start`: no team is stored yet, so missing key files may be created. The caller sets
// feed_rules, because it knows what instances share. `orders` may be null and outlives everything
// built from the options.
tenancy::tenancy_options tenancy_options_of(const config& value, bool first_start,
                                            storage::external_orders* orders = nullptr);

}  // namespace tollgate::server
