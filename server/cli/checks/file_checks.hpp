// Checks of the configuration and of this machine's files. Nothing is created, nothing is changed.
#pragma once
#include "server/cli/checks/finding.hpp"
#include "server/config/config.hpp"

namespace tollgate::server::checks {

// What the gateway would use: addresses, records, Stripe, people's addresses, the log.
findings check_settings(const config& value);

// The data folder and its free space, the key files, the certificate, files with secrets, the file
// of orders. Blocks.
findings check_files(const config& value);

// The database: can it be reached, is its schema up to date. Blocks.
finding check_database(const config& value);

}  // namespace tollgate::server::checks
