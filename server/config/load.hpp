// Reading the configuration: defaults, then one YAML file, then the environment, then flags.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

struct config_sources {
    std::string file;  // path of the YAML file, or empty
    // The environment: the value of a variable, or nullopt.
    std::function<std::optional<std::string>(const std::string&)> environment;
    std::vector<std::string> environment_names;  // every variable that begins with TOLLGATE_
    std::vector<std::pair<std::string, std::string>> flags;  // key → text
};

// The effective configuration. Unknown keys and flags are refused with the nearest known one; so
// are variables near a setting's or in one of its groups. Variables that Kubernetes sets for a
// service are ignored, all others are named in `ignored_variables`. Secrets are refused as flags.
// Every failure names the source, the key and what the value should be, in a file with its line.
// Also checks what holds between settings (check_config).
base::result<config> load_config(const config_sources& sources);

// Sets what the YAML document `text` holds. `where` names the document in failures: not YAML, not
// groups of settings, unknown and repeated keys, values that do not fit, each with its line.
// Settings before the wrong one are set.
base::result<> read_yaml(config& into, const std::string& where, const std::string& text);

// What holds between settings: TLS needs both files, admin and MCP addresses are well formed, the
// upstream is one the operator allowed, plain HTTP upstreams are loopback.
base::result<> check_config(const config& value);

// The effective values as YAML with one comment a key; secrets show as "***".
std::string print_config(const config& value);

// Splits "host:port" or "[v6]:port"; nullopt when malformed.
struct host_port {
    std::string host;
    unsigned short port = 0;
};
std::optional<host_port> parse_host_port(const std::string& text);

}  // namespace tollgate::server
