// Opens the record store named by the settings.
#pragma once
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/config/database.hpp"
#include "storage/external_orders.hpp"
#include "storage/record_store.hpp"
#include "storage/transfer.hpp"

namespace tollgate::server {

// The database, for commands on whole databases. Fails as check_store does.
base::result<storage::database_place> place_of(const config& value);

// Opens the store; blocks. Creates data.directory, accessible to its owner only, if it is missing.
// Fails as check_store, base::make_private_directory, storage::open_sqlite and
// storage::open_postgresql do. `log` must outlive the store.
base::result<std::unique_ptr<storage::record_store>> open_store(const config& value,
                                                                base::logger& log);

// Opens the companies' own databases of orders into `out`; null if no file names any. Blocks. Fails
// as read_orders_file and storage::open_external_orders do. `log` must outlive them.
base::result<> open_orders(const config& value, base::logger& log,
                           std::unique_ptr<storage::external_orders>& out);

}  // namespace tollgate::server
