// The hosts that the operator lets accounts of REST services call.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tenancy/rules/service.hpp"

namespace tollgate::tenancy {

// Immutable. Empty: no service may be called.
class service_hosts {
public:
    service_hosts() = default;

    // Each entry is "host" (port 443) or "host:port", called over TLS at addresses of the public
    // internet only; or "private+https://host[:port]" or "private+http://host[:port]", which may be
    // anywhere. Fails with invalid_argument "invalid_service_host" and a sentence that has the
    // entry.
    static base::result<service_hosts> parse(const std::vector<std::string>& entries);

    enum class reach : std::uint8_t {
        none,      // not allowed
        internet,  // only at addresses of the public internet
        anywhere,  // at private and loopback addresses, too
    };
    // How far requests to that service may go: the host, its port and TLS must be those of an
    // entry.
    reach reach_of(const service_access& service) const;

    // A sentence for services that reach_of() does not allow.
    static base::failure refusal(const service_access& service);

private:
    struct entry {
        service_access where;
        bool anywhere = false;
    };
    std::vector<entry> entries_;
};

}  // namespace tollgate::tenancy
