// How many files, sockets among them, this process may open, and which it would wait for.
#pragma once
#include <cstddef>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

// Raises the soft limit to the hard one, which is as far as a process may go by itself, and returns
// what holds now.
std::size_t raise_open_files();

// What the settings could have open at once: clients, connections to Stripe, and some for the rest.
std::size_t open_files_wanted(const config& value);

// Refuses certificates, keys and files of authorities whose reading may never end, as
// base::check_plain_file does, naming the setting.
base::result<> check_files(const config& value);

// The event loops that server.loops means.
std::size_t loop_count(const config& value);

}  // namespace tollgate::server
