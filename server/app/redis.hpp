// Redis as redis.url says.
#pragma once
#include <memory>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/config/config.hpp"
#include "storage/redis/links.hpp"

namespace tollgate::server {

// Null without redis.url. Fails with invalid_argument, naming the setting and without the password,
// when the address or the file of authorities is wrong. `log` outlives what is made.
base::result<std::unique_ptr<storage::redis_links>> make_redis(const config& value,
                                                               base::logger& log);

}  // namespace tollgate::server
