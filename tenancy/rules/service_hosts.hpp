// The hosts that accounts of REST services may call, as configured by the operator.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tenancy/rules/service.hpp"

namespace tollgate::tenancy {

// Immutable. If it is empty, no service may be called.
class service_hosts {
public:
    service_hosts() = default;

    // Each entry is "host" (port 443) or "host:port", called over TLS and only at addresses of the
    // public internet; or "private+https://host[:port]" or "private+http://host[:port]", which may
    // have any address. Fails with invalid_argument "invalid_service_host" and a sentence that
    // contains the entry.
    static base::result<service_hosts> parse(const std::vector<std::string>& entries);

    enum class reach : std::uint8_t {
        none,      // not allowed
        internet,  // only at addresses of the public internet
        anywhere,  // also at private and loopback addresses
    };
    // Where requests to that service may go. Its host, port and use of TLS must match an entry.
    reach reach_of(const service_access& service) const;

    // The failure, with a sentence, for a service that reach_of() does not allow.
    static base::failure refusal(const service_access& service);

private:
    struct entry {
        service_access where;
        bool anywhere = false;
    };
    std::vector<entry> entries_;
};

}  // namespace tollgate::tenancy
