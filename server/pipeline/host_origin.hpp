// Which Host and Origin a request may carry: the defence against DNS rebinding and foreign pages.
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

    // A Host is accepted when it is an IP address, localhost, the host of server.public_url, or in
    // server.allowed_hosts. Rebinding needs a name the attacker controls; an address cannot be
    // rebound.
    bool host_allowed(std::string_view host) const;

    // An Origin is accepted when it is absent, a loopback origin, that of server.public_url, or in
    // server.allowed_origins.
    bool origin_allowed(std::string_view origin) const;

private:
    std::vector<std::string> hosts_;    // lower case, without ports
    std::vector<std::string> origins_;  // as browsers send them
};

// An origin that is the request's own Host is accepted as well: the page came from here.
// A refusal (421 for the host, 403 for the origin, 400 for an origin that is none), the answer to a
// CORS preflight (204), or nothing: go on.
std::optional<base::http_response> check_host_origin(const host_rules& rules,
                                                     const base::http_request& request);

// Adds the CORS headers a browser needs to read `response`, when the request named an (accepted)
// origin.
void allow_origin(const base::http_request& request, base::http_response& response);

}  // namespace tollgate::server
