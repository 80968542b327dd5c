// The REST service of an integrated account that is not Stripe's: its address, and how its
// credential is sent.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::tenancy {

// Where the credential stands in a request: "Authorization: Bearer …", "Authorization: Basic …", or
// in a header of the service's own.
enum class service_auth : std::uint8_t { bearer, basic, header };
// "bearer", "basic", "header".
std::string_view to_string(service_auth how);

struct service_access {
    bool tls = true;
    std::string host;  // lower case; an IPv6 address without brackets
    std::uint16_t port = 443;
    std::string path;  // before every path of a tool: "/v2", or empty
    service_auth auth = service_auth::bearer;
    std::string header{};  // the name of the header; empty unless `auth` is header

    // "https://api.example.com/v2": without the usual port, and without a slash at the end.
    std::string base_url() const;
    // "api.example.com", "api.example.com:8443", "[::1]:9000": the header Host.
    std::string authority() const;
};

// Reads "https://host[:port][/path]", or http://. Nothing else may be in it: no user, no query, no
// fragment, no empty or dot segment, no percent sign. Fails with invalid_argument
// "invalid_base_url", `field` being "service.base_url".
base::result<service_access> parse_service_url(std::string_view base_url);

// The same with how the credential is sent: bearer, basic, or header with `header`, a name that is
// no header of HTTP itself. Fails with "invalid_base_url", "invalid_service_auth" or
// "invalid_service_header".
base::result<service_access> parse_service(std::string_view base_url, std::string_view auth,
                                           std::string_view header);

// Accepts 8 to 4,096 printable ASCII characters, of which none at the ends is a blank; of basic:
// "user:password". Keys of Stripe and of this gateway are refused: they must not reach another
// service. Fails with invalid_argument "credential_shape", "stripe_key" or "gateway_key"; no
// message quotes the credential.
base::result<> check_service_credential(std::string_view credential, service_auth how);

}  // namespace tollgate::tenancy
