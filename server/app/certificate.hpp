// What is the matter with the certificate that is served.
#pragma once
#include <boost/asio/ssl/context.hpp>

#include <string>

#include "base/log.hpp"

namespace tollgate::server {

class metrics;

// A sentence when the certificate has expired or is not valid yet, with its date and what to do;
// empty when it is in force. The gateway serves it all the same: clients say no.
std::string certificate_problem(boost::asio::ssl::context& tls);

// That sentence, if there is one, as the error "certificate_out_of_date", and the certificate's end
// as a metric.
void note_certificate(boost::asio::ssl::context& tls, metrics& counts, base::logger& log);

}  // namespace tollgate::server
