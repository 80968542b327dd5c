// The table of settings: one row per key. The YAML file, the environment, the command line, the
// printed configuration and the documentation are all derived from it.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

struct setting {
    std::string_view key;   // "limits.body_bytes"
    std::string_view unit;  // "bytes", "ms", "host:port", … or empty
    std::string_view help;  // one sentence
    bool secret;            // masked when printed; for a URL, only the part before the host
    bool list;              // several values, comma-separated outside YAML
    bool truth;             // true or false; a flag without a value means true

    // Parses `text` into the config; fails with invalid_argument and a sentence if it is not valid.
    base::result<> (*set)(config& into, const std::string& text);
    // The value as text that `set` can read.
    std::string (*get)(const config& from);
};

std::span<const setting> settings();

// True for keys whose whole value is secret (a URL only contains a secret). The command line does
// not accept them, because every user of the machine can read it.
bool secret_alone(const setting& row);

// The row of the key, or null.
const setting* find_setting(std::string_view key);

// TOLLGATE_LIMITS_BODY_BYTES for "limits.body_bytes".
std::string environment_name(std::string_view key);

// --limits-body-bytes for "limits.body_bytes".
std::string flag_name(std::string_view key);

}  // namespace tollgate::server
