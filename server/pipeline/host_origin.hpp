// The accepted Host and Origin values: the defence against DNS rebinding and pages of other sites.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

class host_rules {
public:
    explicit host_rules(const config& value);

    // Accepts a Host that is an IP address, localhost, the host of server.public_url, or in
    // server.allowed_hosts. Rebinding needs a name that the attacker controls; an address cannot be
    // rebound.
    bool host_allowed(std::string_view host) const;

    // Accepts an Origin that is absent, a loopback origin, that of server.public_url, or in
    // server.allowed_origins.
    bool origin_allowed(std::string_view origin) const;

private:
    std::vector<std::string> hosts_;    // lower case, without ports
    std::vector<std::string> origins_;  // as browsers send them
};

// Also accepts an origin equal to the request's own Host, because that page came from here. Returns
// a refusal (421 for the host, 403 for the origin, 400 for a malformed origin), the answer to a
// CORS preflight (204), or nullopt if the request may continue.
std::optional<base::http_response> check_host_origin(const host_rules& rules,
                                                     const base::http_request& request);

// Adds the CORS headers that a browser needs to read `response`, if the request had an (accepted)
// origin.
void allow_origin(const base::http_request& request, base::http_response& response);

}  // namespace tollgate::server
