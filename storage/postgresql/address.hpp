// The rules for a database URL.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::storage::postgresql {

// Checks scheme, parameters and TLS settings of a database URL. Fails with errc::invalid_argument
// "bad_database_url" and a message that contains neither user nor password. The part before the '?'
// is parsed by libpq (see well_formed() in connection.hpp).
base::result<> check_address(const std::string& url);

}  // namespace tollgate::storage::postgresql
