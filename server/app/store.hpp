// Which record store data.url means.
#pragma once
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/config/config.hpp"
#include "storage/record_store.hpp"
#include "storage/transfer.hpp"

namespace tollgate::server {

enum class store_kind : std::uint8_t {
    file,    // SQLite: one process
    shared,  // PostgreSQL: any number of instances
};

// Checks the shape of data.url and what goes with it, without opening anything. A failure names
// data.url and holds no password.
base::result<store_kind> check_store(const config& value);

// The SQLite file that data.url or data.directory names. Only for store_kind::file.
std::string database_file(const config& value);

// The database as the commands on whole databases take it. Fails as check_store does.
base::result<storage::database_place> place_of(const config& value);

// Opens the store; blocks. Makes data.directory, for its owner alone, when it is missing. Fails as
// check_store, base::make_private_directory, storage::open_sqlite and storage::open_postgresql do.
// `log` must outlive the store.
base::result<std::unique_ptr<storage::record_store>> open_store(const config& value,
                                                                base::logger& log);

}  // namespace tollgate::server
