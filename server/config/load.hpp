// Reads the configuration: defaults, then one YAML file, then the environment, then flags.
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

// Returns the effective configuration. Unknown keys and flags are refused, and the message suggests
// the nearest known one; so are variables that are similar to a setting or belong to one of its
// groups. Variables that Kubernetes sets for a service are ignored; all others are listed in
// `ignored_variables`. Secrets are refused as flags. Every failure names the source, the key, the
// expected value and, for a file, the line. Also checks settings against each other (check_config).
base::result<config> load_config(const config_sources& sources);

// Every reason for which load_config() would fail, in the order of the sources; at most 100.
// Settings are checked against each other only if each of them is valid, and then only the first
// conflict is reported.
std::vector<base::failure> find_mistakes(const config_sources& sources);

// Applies the YAML document `text`. `where` names the document in failures, each with its line: not
// YAML, not groups of settings, unknown and duplicate keys, invalid values. Returns the first
// failure; valid settings are still applied.
base::result<> read_yaml(config& into, const std::string& where, const std::string& text);

// Checks settings against each other: TLS needs both files, admin and MCP addresses are well
// formed, the upstream is allowed by the operator, plain HTTP upstreams are loopback.
base::result<> check_config(const config& value);

// The effective values as YAML with one comment per key; secrets appear as "***".
std::string print_config(const config& value);

// Splits "host:port" or "[v6]:port"; nullopt if malformed.
struct host_port {
    std::string host;
    unsigned short port = 0;
};
std::optional<host_port> parse_host_port(const std::string& text);

}  // namespace tollgate::server
