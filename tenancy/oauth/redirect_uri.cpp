#include "tenancy/oauth/redirect_uri.hpp"

#include <algorithm>
#include <charconv>

namespace tollgate::tenancy::oauth {

namespace {

constexpr std::size_t uri_bytes_max = 2000;
constexpr std::string_view secure = "https://";
constexpr std::string_view plain = "http://";

struct uri_parts {
    std::string_view scheme;  // with "://"
    std::string_view host;    // with brackets
    std::string_view port;    // digits, may be empty
    std::string_view rest;    // from the path on
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// No port, or one from 0 to 65535.
bool good_port(std::string_view port) {
    if (port.empty()) return true;
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && number <= 65'535 &&
           port.size() <= 5;
}

uri_parts split(std::string_view uri) {
    uri_parts out;
    out.scheme = uri.starts_with(secure) ? secure : plain;
    uri.remove_prefix(std::min(out.scheme.size(), uri.size()));
    const auto end = std::min(uri.find_first_of("/?"), uri.size());
    const auto authority = uri.substr(0, end);
    out.rest = uri.substr(end);
    const auto bracket = authority.find(']');
    const auto colon = std::min(
        authority.find(':', bracket == std::string_view::npos ? 0 : bracket), authority.size());
    out.host = authority.substr(0, colon);
    out.port = authority.substr(std::min(colon + 1, authority.size()));
    return out;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "[::1]") return true;
    return host.starts_with("127.") &&
           std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool good_host(std::string_view host) {
    if (host == "[::1]") return true;
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '-';
    });
}

bool good_text(std::string_view uri) {
    static constexpr std::string_view never = "\"<>\\^`{|}#";
    return uri.size() <= uri_bytes_max && std::all_of(uri.begin(), uri.end(), [](char c) {
               return c > ' ' && c < '\x7F' && never.find(c) == std::string_view::npos;
           });
}

}  // namespace

base::result<> check_redirect_uri(std::string_view uri) {
    const auto parts = split(uri);
    const bool scheme = uri.starts_with(secure) || uri.starts_with(plain);
    const bool port = good_port(parts.port);
    const bool good = good_text(uri) && scheme && port && good_host(parts.host) &&
                      (parts.scheme == secure || is_loopback(parts.host));
    if (good) return {};
    return base::invalid("invalid_redirect_uri",
                         "a redirect URI must begin with https://, or with http:// and the name "
                         "of this computer (localhost, 127.0.0.1, [::1]); it has no user, no "
                         "fragment, and no port above 65535");
}

bool redirect_allowed(const std::vector<std::string>& registered, std::string_view uri) {
    const auto given = split(uri);
    const bool here = uri.starts_with(plain) && is_loopback(given.host);
    return std::any_of(registered.begin(), registered.end(), [&](const std::string& one) {
        if (one == uri) return true;
        const auto known = split(one);
        return here && one.starts_with(plain) && known.host == given.host &&
               known.rest == given.rest;
    });
}

std::string origin_of_uri(std::string_view uri) {
    const auto parts = split(uri);
    return std::string{parts.scheme} + host_of_uri(uri);
}

std::string host_of_uri(std::string_view uri) {
    const auto parts = split(uri);
    std::string out{parts.host};
    if (!parts.port.empty()) out += ":" + std::string{parts.port};
    return out;
}

bool on_this_computer(std::string_view uri) {
    return is_loopback(split(uri).host);
}

}  // namespace tollgate::tenancy::oauth
