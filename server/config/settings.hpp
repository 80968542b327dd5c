// The table of settings: one row a key, from which the YAML file, the environment, the command
// line, the printed configuration and the documentation are all read.
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
    bool secret;            // masked when printed; of a URL only what stands before the host
    bool list;              // several values, comma-separated outside YAML
    bool truth;             // true or false; a flag without a value means true

    // Reads `text` into the config; an invalid_argument failure with a sentence when it does not
    // fit.
    base::result<> (*set)(config& into, const std::string& text);
    // The value as text, as `set` reads it.
    std::string (*get)(const config& from);
};

std::span<const setting> settings();

// True of keys that are secrets themselves (a URL only holds one). They are not taken from the
// command line, which every user of the machine can read.
bool secret_alone(const setting& row);

// The row of that key, or null.
const setting* find_setting(std::string_view key);

// TOLLGATE_LIMITS_BODY_BYTES for "limits.body_bytes".
std::string environment_name(std::string_view key);

// --limits-body-bytes for "limits.body_bytes".
std::string flag_name(std::string_view key);

}  // namespace tollgate::server
