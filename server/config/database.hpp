// Which database the settings name.
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

// Checks the shape of data.url and what goes with it, without opening anything. A failure names
// data.url and holds no password.
base::result<store_kind> check_store(const config& value);

// The SQLite file that data.url or data.directory names. Only for store_kind::file.
std::string database_file(const config& value);

}  // namespace tollgate::server
