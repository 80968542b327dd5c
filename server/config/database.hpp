// The database named by the settings.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

enum class store_kind : std::uint8_t {
    file,    // SQLite: one process
    shared,  // PostgreSQL: any number of instances
};

// Checks the form of data.url and related settings, without opening anything. A failure names
// data.url and contains no password.
base::result<store_kind> check_store(const config& value);

// The SQLite file named by data.url or data.directory. Only for store_kind::file.
std::string database_file(const config& value);

}  // namespace tollgate::server
