#include "server/cli/checks/certificate_check.hpp"

#include "server/app/certificate.hpp"
#include "server/http/listener.hpp"

namespace tollgate::server::checks {

finding check_certificate(const std::string& certificate, const std::string& key) {
    if (certificate.empty()) return skipped("certificate", "none: the gateway serves plain HTTP");
    const auto loaded = load_tls(certificate, key);
    if (!loaded)
        return failure("certificate", loaded.error().message,
                       "name a PEM file with the chain as tls.certificate, and one with its key as "
                       "tls.key");
    const std::string problem = certificate_problem(**loaded);
    if (!problem.empty())
        return failure("certificate", problem, "renew it, then send the gateway SIGHUP");
    return ok("certificate", certificate);
}

}  // namespace tollgate::server::checks
