// The certificate that the gateway would serve.
#pragma once
#include <string>

#include "server/cli/checks/finding.hpp"

namespace tollgate::server::checks {

// Whether both files can be used together, and the certificate is in force. Skipped without files.
// Blocks.
finding check_certificate(const std::string& certificate, const std::string& key);

}  // namespace tollgate::server::checks
