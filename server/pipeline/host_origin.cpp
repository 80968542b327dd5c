#include "server/pipeline/host_origin.hpp"

#include <boost/asio/ip/address.hpp>

#include "base/text.hpp"
#include "base/url.hpp"
#include "server/pipeline/problem.hpp"

namespace tollgate::server {

namespace {

// 0.0.0.0 and [::] do not name a host, although systems accept them as this one.
bool is_address(const std::string& host) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && !address.is_unspecified();
}

// The "name:port" of "scheme://name:port" (RFC 6454 §6.2); empty for any other text.
std::string_view origin_authority(std::string_view origin) {
    const auto parts = base::split_url(origin);
    const bool whole = parts && parts->rest.empty() && base::parse_authority(parts->authority);
    return whole ? parts->authority : std::string_view{};
}

// True for an origin of a page of this computer.
bool is_loopback_origin(std::string_view origin) {
    const auto parts = base::split_url(origin);
    if (!parts || !parts->rest.empty()) return false;
    if (parts->scheme != "http" && parts->scheme != "https") return false;
    const auto authority = base::parse_authority(parts->authority);
    return authority && base::is_loopback_host(authority->host);
}

// Clients repeat arguments in headers with these names; the preflight lists them.
std::string mirrored_headers(const base::http_request& request) {
    std::string out;
    std::string_view asked = request.header("Access-Control-Request-Headers");
    while (!asked.empty()) {
        std::string_view name = asked.substr(0, asked.find(','));
        asked.remove_prefix(std::min(name.size() + 1, asked.size()));
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        const bool token = std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                   c == '-' || c == '_';
        });
        if (token && base::to_lower(name).starts_with("mcp-param-"))
            out += ", " + base::to_lower(name);
    }
    return out;
}

// True for a page of the same origin; the Host was checked before.
bool same_origin(const base::http_request& request) {
    const auto host = request.header("Host");
    return !host.empty() && origin_authority(request.header("Origin")) == host;
}

base::http_response preflight(const base::http_request& request) {
    base::http_response out;
    out.status = 204;
    out.content_type = {};
    out.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE");
    out.headers.emplace_back("Access-Control-Allow-Headers",
                             "content-type, accept, authorization, idempotency-key, "
                             "mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, "
                             "last-event-id, x-tollgate-api-key, x-api-key, x-auth-token" +
                                 mirrored_headers(request));
    out.headers.emplace_back("Access-Control-Max-Age", "600");
    allow_origin(request, out);
    return out;
}

}  // namespace

host_rules::host_rules(const config& value) : origins_(value.server.allowed_origins) {
    for (const auto& host : value.server.allowed_hosts) hosts_.push_back(base::to_lower(host));
    if (value.server.public_url.empty()) return;
    if (const auto parsed = base::parse_url(value.server.public_url))
        hosts_.push_back(parsed->host);
    origins_.push_back(value.server.public_url);
}

bool host_rules::host_allowed(std::string_view host) const {
    const auto parts = base::parse_authority(host);
    if (!parts) return false;
    const bool numeric = parts->bracketed || base::is_digit(parts->host.front());
    if (numeric && is_address(std::string{parts->host})) return true;
    const std::string name = base::to_lower(parts->host);
    if (name == "localhost") return true;
    return std::find(hosts_.begin(), hosts_.end(), name) != hosts_.end();
}

bool host_rules::origin_allowed(std::string_view origin) const {
    if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end()) return true;
    return is_loopback_origin(origin);
}

std::optional<base::http_response> check_host_origin(const host_rules& rules,
                                                     const base::http_request& request) {
    const auto host = request.header("Host");
    if (!host.empty() && !rules.host_allowed(host))
        return problem(421, "host_not_allowed",
                       "This Host name is not one the gateway serves. Add it to "
                       "server.allowed_hosts, or set server.public_url.");
    if (!request.has_header("Origin")) return {};
    const auto origin = request.header("Origin");
    const bool accepted = rules.origin_allowed(origin) || same_origin(request);
    if (!accepted && origin != "null" && origin_authority(origin).empty())
        return problem(400, "malformed_origin",
                       "The Origin header must be scheme://host, with a port at most, or null.");
    if (!accepted)
        return problem(403, "origin_not_allowed",
                       "Requests from this browser origin are refused. Add it to "
                       "server.allowed_origins if it is yours.");
    if (request.method == "OPTIONS") return preflight(request);
    return {};
}

void allow_origin(const base::http_request& request, base::http_response& response) {
    const auto origin = request.header("Origin");
    if (origin.empty()) return;
    response.headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
    response.headers.emplace_back("Access-Control-Expose-Headers",
                                  "mcp-protocol-version, mcp-session-id, www-authenticate, "
                                  "ratelimit, ratelimit-policy, ratelimit-limit, "
                                  "ratelimit-remaining, ratelimit-reset, retry-after");
    response.headers.emplace_back("Vary", "Origin");
}

}  // namespace tollgate::server
