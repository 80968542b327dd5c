#include "storage/redis/options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/encoding.hpp"

namespace tollgate::storage {

namespace {

base::failure bad(const std::string& why) {
    return base::invalid("bad_redis_url",
                         why +
                             ": write redis://[[user]:password@]host[:port][/database], "
                             "rediss://… for TLS, or "
                             "redis+sentinel://host[:port],host[:port]/master[/database]");
}

std::optional<std::int64_t> number_of(std::string_view text, std::int64_t most) {
    std::int64_t value = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size() ||
        value < 0 || value > most)
        return {};
    return value;
}

base::result<redis_address> address_of(std::string_view text, std::string_view default_port) {
    redis_address out{.host = {}, .port = std::string(default_port)};
    std::string_view port;
    if (text.starts_with('[')) {  // an IPv6 address
        const auto end = text.find(']');
        if (end == std::string_view::npos) return bad("a '[' is not closed");
        out.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':') return bad("something stands behind ']'");
        if (!text.empty()) port = text.substr(1);
    } else {
        const auto colon = text.find(':');
        out.host = text.substr(0, colon);
        if (colon != std::string_view::npos) port = text.substr(colon + 1);
        if (colon != std::string_view::npos && port.empty()) return bad("a port is missing");
    }
    if (out.host.empty()) return bad("a host is missing");
    if (port.empty()) return out;
    const auto number = number_of(port, 65535);
    // Not quoted: it may be part of a password that contains a '/' or a ':'.
    if (!number || *number == 0) return bad("the port is not a number from 1 to 65535");
    out.port = port;
    return out;
}

base::result<> read_user(std::string_view text, redis_options& into) {
    const auto colon = text.find(':');
    // Text before the last '@' without a colon is a user name, or a password whose colon is
    // missing.
    if (colon == std::string_view::npos) return bad("the password lacks the ':' before it");
    const auto user = base::percent_decoded(text.substr(0, colon), base::plus_sign::itself);
    auto password = base::percent_decoded(text.substr(colon + 1), base::plus_sign::itself);
    if (!user || !password) return bad("a '%' of user or password is not followed by two digits");
    if (password->empty()) return bad("the password is empty");
    into.username = *user;
    into.password = base::secret{std::move(*password)};
    return {};
}

base::result<> read_hosts(std::string_view hosts, redis_options& into) {
    const bool sentinels = !into.sentinel_master.empty();
    while (true) {
        const auto comma = hosts.find(',');
        auto one = address_of(hosts.substr(0, comma), sentinels ? "26379" : "6379");
        if (!one) return one.error();
        into.addresses.push_back(std::move(*one));
        if (comma == std::string_view::npos) break;
        hosts.remove_prefix(comma + 1);
    }
    if (!sentinels && into.addresses.size() > 1)
        return bad("several hosts need redis+sentinel://; Redis Cluster is not supported");
    return {};
}

}  // namespace

base::result<redis_options> parse_redis_url(const std::string& url) {
    redis_options out;
    std::string_view rest{url};
    const auto take = [&](std::string_view scheme) {
        if (!rest.starts_with(scheme)) return false;
        rest.remove_prefix(scheme.size());
        return true;
    };
    const bool sentinels = take("redis+sentinel://");
    if (!sentinels && !take("redis://")) {
        if (!take("rediss://")) return bad("the address must begin with redis:// or rediss://");
        out.tls = true;
    }
    if (rest.find_first_of("?#") != std::string_view::npos)
        return bad("a '?' or '#' of the password is written as %3F or %23");
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos && rest.find('@', slash) != std::string_view::npos)
        return bad("a '/' of the password is written as %2F");
    std::string_view hosts = rest.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (const auto at = hosts.rfind('@'); at != std::string_view::npos) {
        auto read = read_user(hosts.substr(0, at), out);
        if (!read) return read.error();
        hosts.remove_prefix(at + 1);
    }
    if (sentinels) {
        const auto next = path.find('/');
        out.sentinel_master = path.substr(0, next);
        path = next == std::string_view::npos ? "" : path.substr(next + 1);
        if (out.sentinel_master.empty()) return bad("the name of the sentinels' master is missing");
    }
    if (auto read = read_hosts(hosts, out); !read) return read.error();
    if (path.empty()) return out;
    const auto database = number_of(path, 100'000);
    if (!database) return bad("what follows the host's '/' is not the number of a database");
    out.database = *database;
    return out;
}

}  // namespace tollgate::storage
