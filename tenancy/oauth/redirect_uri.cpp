#include "tenancy/oauth/redirect_uri.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

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

// True for no port, or a port from 0 to 65535.
bool good_port(std::string_view port) {
    if (port.empty()) return true;
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && number <= 65'535 &&
           port.size() <= 5;
}

uri_parts split(std::string_view uri) {
    uri_parts out;
    const auto scheme = uri.find("://");
    if (scheme == std::string_view::npos) return out;
    out.scheme = uri.substr(0, scheme + 3);
    uri.remove_prefix(out.scheme.size());
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
    return host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
               return base::is_digit(c) || c == '.';
           });
}

bool good_host(std::string_view host) {
    if (host == "[::1]") return true;
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return base::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '-';
    });
}

bool is_web(const uri_parts& parts) {
    return parts.scheme == secure || parts.scheme == plain;
}

// True if the text after a prefix cannot leave the prefix's path.
bool stays_below(std::string_view rest) {
    return rest.find("..") == std::string_view::npos && rest.find('%') == std::string_view::npos &&
           rest.find("//") == std::string_view::npos;
}

bool of_application(std::string_view uri, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
        if (uri == prefix) return true;
        return prefix.ends_with('/') && uri.starts_with(prefix) &&
               stays_below(uri.substr(prefix.size()));
    });
}

bool good_text(std::string_view uri) {
    static constexpr std::string_view never = "\"<>\\^`{|}#";
    return uri.size() <= uri_bytes_max && std::all_of(uri.begin(), uri.end(), [](char c) {
               return c > ' ' && c < '\x7F' && never.find(c) == std::string_view::npos;
           });
}

}  // namespace

base::result<> check_redirect_uri(std::string_view uri,
                                  const std::vector<std::string>& app_prefixes) {
    const auto parts = split(uri);
    const bool web = is_web(parts) && good_port(parts.port) && good_host(parts.host) &&
                     (parts.scheme == secure || is_loopback(parts.host));
    const bool application = !is_web(parts) && of_application(uri, app_prefixes);
    if (good_text(uri) && (web || application)) return {};
    std::string sentence =
        "a redirect URI must begin with https://, or with http:// and the name of this computer "
        "(localhost, 127.0.0.1, [::1]), with a port up to 65535; it has no user and no fragment";
    if (!is_web(parts) && !parts.scheme.empty())
        sentence += "; applications' own schemes are those of oauth.redirect_schemes";
    return base::invalid("invalid_redirect_uri", std::move(sentence));
}

base::result<> check_app_prefix(std::string_view prefix) {
    // Browsers execute, show or fetch these themselves.
    static constexpr std::array<std::string_view, 14> never{
        "http",  "https", "javascript", "data",       "file", "blob",   "vbscript",
        "about", "ftp",   "ws",         "filesystem", "wss",  "mailto", "view-source"};
    const auto parts = split(prefix);
    const auto scheme = parts.scheme.substr(0, parts.scheme.find(':'));
    const bool named =
        !scheme.empty() && scheme.front() >= 'a' && scheme.front() <= 'z' &&
        std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return base::is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.';
        });
    const bool forbidden = std::find(never.begin(), never.end(), scheme) != never.end();
    if (named && !forbidden && good_host(parts.host) && parts.rest.starts_with('/') &&
        good_text(prefix) && stays_below(parts.rest))
        return {};
    return base::invalid("bad_redirect_scheme",
                         "oauth.redirect_schemes: '" + std::string(prefix) +
                             "' must be scheme://host/path of an application, in lower case, as in "
                             "cursor://anysphere.cursor-mcp/oauth/callback; one that ends with / "
                             "allows all below it",
                         "oauth.redirect_schemes");
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
    if (!is_web(parts)) return std::string{parts.scheme.substr(0, parts.scheme.find(':') + 1)};
    return std::string{parts.scheme} + host_of_uri(uri);
}

std::string host_of_uri(std::string_view uri) {
    const auto parts = split(uri);
    std::string out{parts.host};
    if (!is_web(parts)) out.insert(0, parts.scheme);
    if (!parts.port.empty()) out += ":" + std::string{parts.port};
    return out;
}

bool on_this_computer(std::string_view uri) {
    const auto parts = split(uri);
    return !is_web(parts) || is_loopback(parts.host);
}

}  // namespace tollgate::tenancy::oauth
