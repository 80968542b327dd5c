#include "server/process/open_files.hpp"

#include <algorithm>
#include <sys/resource.h>
#include <thread>
#include <utility>

#include "base/files.hpp"

namespace tollgate::server {

std::size_t raise_open_files() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    if (files.rlim_cur < files.rlim_max) {
        rlimit more = files;
        more.rlim_cur = files.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &more) == 0) files = more;
    }
    return files.rlim_cur;
}

std::size_t loop_count(const config& value) {
    if (value.server.loops > 0) return value.server.loops;
    return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::size_t open_files_wanted(const config& value) {
    constexpr std::size_t rest = 100;  // databases, Redis, listeners, log
    return value.limits.connections + loop_count(value) * value.stripe.connections_per_loop + rest;
}

base::result<> check_files(const config& value) {
    for (const auto& [key, path] : {std::pair{"tls.certificate", &value.tls.certificate},
                                    {"tls.key", &value.tls.key},
                                    {"stripe.ca_file", &value.stripe.ca_file},
                                    {"redis.ca_file", &value.redis.ca_file}}) {
        auto plain = base::check_plain_file(*path);
        if (!plain)
            return base::invalid(plain.error().code, key + (": " + plain.error().message), key);
    }
    return {};
}

}  // namespace tollgate::server
