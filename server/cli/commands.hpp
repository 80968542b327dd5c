// The commands of `tollgate`.
#pragma once
#include <string>

#include "server/app/app.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

// Writes the sentence to standard error and returns the exit status.
int complain(const std::string& sentence);

// Each returns the exit status: 0, or 1 after a sentence on standard error.
int run_serve(const config& value);
int run_sandbox(const config& value);
// `json`: as one JSON object instead of YAML.
int run_config_print(const config& value, bool json);

// run_serve() for a test program, with its own tools instead of Stripe's.
int serve_instead(const config& value, substitutes instead);

}  // namespace tollgate::server
