// Where Redis is, and its timeouts.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::storage {

struct redis_address {
    std::string host;
    std::string port = "6379";
};

struct redis_options {
    std::vector<redis_address> addresses;  // one server, or the sentinels
    std::string sentinel_master;           // the master's name at the sentinels; empty: no
                                           // sentinels
    bool tls = false;
    std::string ca_file;  // PEM file of certificate authorities; empty: the system's
    std::string username;
    base::secret password;
    std::int64_t database = 0;
    std::string prefix = "tollgate";  // every key and channel begins with "{prefix}:"

    std::chrono::milliseconds connect_timeout{2'000};
    // From a command's arrival to its reply. After that, the connection counts as dead.
    std::chrono::milliseconds command_timeout{500};
    std::size_t commands_waiting_max = 10'000;
    std::size_t reply_bytes_max = std::size_t{16} * 1024 * 1024;
};

// Parses an address:
//    redis://[[user]:password@]host[:port][/database]
//    rediss://…                                              the same over TLS
//    redis+sentinel://[…@]host[:port][,host[:port]…]/master[/database]
// User and password are percent-decoded. Fails with invalid_argument "bad_redis_url"; the message
// never contains the password.
base::result<redis_options> parse_redis_url(const std::string& url);

}  // namespace tollgate::storage
