// Checks the served certificate.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include <string>

#include "base/log.hpp"

namespace tollgate::server {

class metrics;

// Returns a sentence with the date and what to do if the certificate has expired or is not valid
// yet; otherwise an empty text. The gateway serves such a certificate anyway; clients will refuse
// it.
std::string certificate_problem(boost::asio::ssl::context& tls);

// Logs that sentence, if any, as the error "certificate_out_of_date", and reports the certificate's
// end as a metric.
void note_certificate(boost::asio::ssl::context& tls, metrics& counts, base::logger& log);

}  // namespace tollgate::server
