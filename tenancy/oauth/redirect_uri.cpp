#include "tenancy/oauth/redirect_uri.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/url.hpp"

namespace tollgate::tenancy::oauth {

namespace {

constexpr std::size_t uri_bytes_max = 2000;

// The parts of a redirect URI. URIs are compared as text, so the scheme must be in lower case.
std::optional<base::url> parse_redirect(std::string_view uri) {
    if (uri.size() > uri_bytes_max) return {};
    auto parsed = base::parse_url(uri);
    if (!parsed || !uri.starts_with(parsed->scheme)) return {};
    return parsed;
}

bool good_host(const base::url& uri) {
    if (uri.is_ipv6) return uri.host == "::1";
    return uri.host.find('_') == std::string::npos;
}

bool good_web(const base::url& uri) {
    return good_host(uri) && (uri.is_https() || base::is_loopback_host(uri.host));
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

}  // namespace

base::result<> check_redirect_uri(std::string_view uri,
                                  const std::vector<std::string>& app_prefixes) {
    const auto parsed = parse_redirect(uri);
    const bool web = parsed && parsed->is_web();
    if (web && good_web(*parsed)) return {};
    if (parsed && !web && of_application(uri, app_prefixes)) return {};
    std::string sentence =
        "a redirect URI must begin with https://, or with http:// and the name of this computer "
        "(localhost, 127.0.0.1, [::1]), with a port up to 65535; it has no user and no fragment";
    if (parsed && !web)
        sentence += "; applications' own schemes are those of oauth.redirect_schemes";
    return base::invalid("invalid_redirect_uri", std::move(sentence));
}

base::result<> check_app_prefix(std::string_view prefix) {
    // Browsers execute, show or fetch these themselves.
    static constexpr std::array<std::string_view, 14> never{
        "http",  "https", "javascript", "data",       "file", "blob",   "vbscript",
        "about", "ftp",   "ws",         "filesystem", "wss",  "mailto", "view-source"};
    const auto parsed = parse_redirect(prefix);
    const bool forbidden =
        parsed && std::find(never.begin(), never.end(), parsed->scheme) != never.end();
    if (parsed && !forbidden && good_host(*parsed) && !parsed->path.empty() &&
        stays_below(parsed->target()))
        return {};
    return base::invalid("bad_redirect_scheme",
                         "oauth.redirect_schemes: '" + std::string(prefix) +
                             "' must be scheme://host/path of an application, in lower case, as in "
                             "cursor://anysphere.cursor-mcp/oauth/callback; one that ends with / "
                             "allows all below it",
                         "oauth.redirect_schemes");
}

bool redirect_allowed(const std::vector<std::string>& registered, std::string_view uri) {
    if (std::find(registered.begin(), registered.end(), uri) != registered.end()) return true;
    const auto given = parse_redirect(uri);
    if (!given || given->scheme != "http" || !base::is_loopback_host(given->host)) return false;
    return std::any_of(registered.begin(), registered.end(), [&](const std::string& one) {
        const auto known = parse_redirect(one);
        return known && known->scheme == "http" && known->host == given->host &&
               known->path == given->path && known->has_query == given->has_query &&
               known->query == given->query;
    });
}

std::string origin_of_uri(std::string_view uri) {
    const auto parsed = parse_redirect(uri);
    if (!parsed) return {};
    return parsed->scheme + (parsed->is_web() ? "://" + parsed->authority() : ":");
}

std::string host_of_uri(std::string_view uri) {
    const auto parsed = parse_redirect(uri);
    if (!parsed) return {};
    return parsed->is_web() ? parsed->authority() : parsed->scheme + "://" + parsed->authority();
}

bool on_this_computer(std::string_view uri) {
    const auto parsed = parse_redirect(uri);
    return parsed && (!parsed->is_web() || base::is_loopback_host(parsed->host));
}

}  // namespace tollgate::tenancy::oauth
