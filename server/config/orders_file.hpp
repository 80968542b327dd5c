// The operator's file that names the companies' own databases of orders.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "storage/external_databases.hpp"

namespace tollgate::server {

// Reads the YAML file:
//
//   accounts:
//     - team: team_…
//       account: ia_…
//       url: postgresql://…   or sqlite:///path
//       queries:
//         customer_by_email: SELECT …
//
// Fails with invalid_argument "bad_orders_file" and a sentence that begins with the place. No
// message contains a URL. open_external_orders() checks the queries themselves.
base::result<std::vector<storage::external_database>> read_orders_file(const std::string& file);

}  // namespace tollgate::server
