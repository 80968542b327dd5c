#include "server/app/certificate.hpp"

#include <ctime>
#include <optional>

#include "base/clock.hpp"
#include "server/metrics/metrics.hpp"

namespace tollgate::server {

namespace {

std::optional<base::timestamp> moment_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return base::from_unix_ms(std::int64_t{::timegm(&parts)} * 1000);
}

std::string date_of(const ASN1_TIME* time) {
    const auto moment = moment_of(time);
    return moment ? base::format_timestamp(*moment) : "an unreadable date";
}

}  // namespace

std::string certificate_problem(boost::asio::ssl::context& tls) {
    const X509* const served = SSL_CTX_get0_certificate(tls.native_handle());
    if (served == nullptr) return {};
    const ASN1_TIME* const first = X509_get0_notBefore(served);
    const ASN1_TIME* const last = X509_get0_notAfter(served);
    if (X509_cmp_current_time(last) < 0)
        return "the certificate in tls.certificate expired at " + date_of(last) +
               ": clients will refuse it. Renew it, and send SIGHUP";
    if (X509_cmp_current_time(first) > 0)
        return "the certificate in tls.certificate is valid only from " + date_of(first) +
               " on: clients will refuse it until then. Look at this machine's clock, too";
    return {};
}

void note_certificate(boost::asio::ssl::context& tls, metrics& counts, base::logger& log) {
    const std::string problem = certificate_problem(tls);
    if (!problem.empty()) log.error("certificate_out_of_date", {{"reason", problem}});
    const X509* const served = SSL_CTX_get0_certificate(tls.native_handle());
    const auto end = served == nullptr ? std::nullopt : moment_of(X509_get0_notAfter(served));
    if (end) counts.certificate_expires(*end);
}

}  // namespace tollgate::server
