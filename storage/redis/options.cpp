#include "storage/redis/options.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/encoding.hpp"
#include "base/url.hpp"

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
    const auto parsed = base::parse_url("redis://" + std::string{text});
    // Not quoted: it may be part of a password that contains a '/' or a ':'.
    if (!parsed || !parsed->path.empty() || parsed->has_query)
        return bad("a host is missing or malformed, or its port is not a number from 1 to 65535");
    return redis_address{
        parsed->host, parsed->has_port ? std::to_string(parsed->port) : std::string{default_port}};
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

// A list of hosts is no URL (RFC 3986 §3.2.2), so the list is split here, and each host is parsed
// by itself.
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
    const auto parts = base::split_url(url);
    const bool sentinels = parts && parts->scheme == "redis+sentinel";
    out.tls = parts && parts->scheme == "rediss";
    if (!sentinels && !out.tls && (!parts || parts->scheme != "redis"))
        return bad("the address must begin with redis:// or rediss://");
    if (url.find_first_of("?#") != std::string::npos)
        return bad("a '?' or '#' of the password is written as %3F or %23");
    if (parts->rest.find('@') != std::string_view::npos)
        return bad("a '/' of the password is written as %2F");
    std::string_view hosts = parts->authority;
    std::string_view path = parts->rest.substr(parts->rest.empty() ? 0 : 1);
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
