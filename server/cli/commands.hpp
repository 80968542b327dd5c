// The commands of `tollgate`.
#pragma once
#include "server/config/config.hpp"

namespace tollgate::server {

// Each returns the exit status: 0, or 1 after a sentence on standard error.
int run_serve(const config& value);
int run_sandbox(const config& value);
int run_config_print(const config& value);

}  // namespace tollgate::server
