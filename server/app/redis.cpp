#include "server/app/redis.hpp"

#include <array>

#include "tenancy/redis_entries.hpp"
#include "tenancy/shared_rate_limiter.hpp"

namespace tollgate::server {

namespace {

// Every script that is run anywhere.
constexpr std::array<const storage::redis_script*, 3> scripts{
    &tenancy::rate_script, &tenancy::keep_entry_script, &tenancy::drop_entries_script};

}  // namespace

base::result<std::unique_ptr<storage::redis_links>> make_redis(const config& value,
                                                               base::logger& log) {
    if (value.redis.url.empty()) return std::unique_ptr<storage::redis_links>{};
    auto options = storage::parse_redis_url(value.redis.url);
    if (!options)
        return base::invalid(options.error().code, "redis.url: " + options.error().message,
                             "redis.url");
    options->prefix = value.redis.prefix;
    options->ca_file = value.redis.ca_file;
    options->connect_timeout = value.redis.connect_timeout;
    options->command_timeout = value.redis.command_timeout;
    try {
        return std::make_unique<storage::redis_links>(std::move(*options), scripts, log);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "redis.ca_file");
    }
}

}  // namespace tollgate::server
