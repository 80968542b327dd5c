// The REST service of an integrated account that is not Stripe's: its address, and how its
// credential is sent.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::tenancy {

// Where the credential is in a request: "Authorization: Bearer …", "Authorization: Basic …", or in
// a header specific to the service.
enum class service_auth : std::uint8_t { bearer, basic, header };
// "bearer", "basic", "header".
std::string_view to_string(service_auth how);

struct service_access {
    bool tls = true;
    std::string host;  // lower case; an IPv6 address without brackets
    std::uint16_t port = 443;
    std::string path;  // the prefix of every tool's path: "/v2", or empty
    service_auth auth = service_auth::bearer;
    std::string header{};  // the name of the header; empty unless `auth` is header

    // "https://api.example.com/v2": without the default port or a trailing slash.
    std::string base_url() const;
    // The Host header: "api.example.com", "api.example.com:8443", "[::1]:9000".
    std::string authority() const;
};

// Parses "https://host[:port][/path]", or the same with http://. A user, query, fragment, empty or
// dot segment, or percent sign is refused. Fails with invalid_argument "invalid_base_url"; `field`
// is "service.base_url".
base::result<service_access> parse_service_url(std::string_view base_url);

// The same with the way the credential is sent: bearer, basic, or header with `header`, a name that
// is not a standard HTTP header. Fails with "invalid_base_url", "invalid_service_auth" or
// "invalid_service_header".
base::result<service_access> parse_service(std::string_view base_url, std::string_view auth,
                                           std::string_view header);

// Accepts 8 to 4,096 printable ASCII characters without a space at either end; for basic,
// "user:password". Keys of Stripe and of this gateway are refused, because they must not reach
// another service. Fails with invalid_argument "credential_shape", "stripe_key" or "gateway_key";
// no message quotes the credential.
base::result<> check_service_credential(std::string_view credential, service_auth how);

}  // namespace tollgate::tenancy
