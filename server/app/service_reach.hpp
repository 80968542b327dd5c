// How requests reach the REST services of accounts.
#pragma once
#include "base/result.hpp"
#include "server/config/config.hpp"
#include "stripe/upstream/service_router.hpp"

namespace tollgate::server {

// The hosts that the settings allow, with the limits and timeouts of `like`. Fails with a sentence
// if an entry of declarations.hosts is invalid or declarations.ca_file cannot be read.
base::result<stripe::service_reach> open_services(const config& value,
                                                  stripe::upstream_options like);

}  // namespace tollgate::server
