// How many files, including sockets, this process may open, and which files it must not wait for.
#pragma once
#include <cstddef>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

// Raises the soft limit to the hard limit, which a process may do by itself, and returns the limit
// now in force.
std::size_t raise_open_files();

// How many files the settings can have open at once: clients, connections to Stripe, and a reserve.
std::size_t open_files_wanted(const config& value);

// Refuses certificates, keys and files of certificate authorities that might never end when read
// (base::check_plain_file). The failure names the setting.
base::result<> check_files(const config& value);

// The number of event loops for server.loops.
std::size_t loop_count(const config& value);

}  // namespace tollgate::server
