// What a database URL may say.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::storage::postgresql {

// Scheme, parameters and TLS words of a database URL. Fails with errc::invalid_argument
// "bad_database_url" and a sentence that repeats neither user nor password. What stands before the
// '?' is read by libpq (see well_formed() in connection.hpp).
base::result<> check_address(const std::string& url);

}  // namespace tollgate::storage::postgresql
