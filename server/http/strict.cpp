#include "server/http/strict.hpp"

#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <array>

#include "base/url.hpp"

namespace tollgate::server {

namespace {

namespace http = boost::beast::http;
using base::equal_ignore_case;
using headers_type = std::vector<base::http_header>;

// Headers that must not be repeated: a second line could differ, and two parsers might choose
// different ones.
constexpr std::array<std::string_view, 9> single_headers{
    "Authorization",   "Content-Type", "Origin",       "Mcp-Session-Id",    "MCP-Protocol-Version",
    "Idempotency-Key", "X-API-Key",    "X-Auth-Token", "X-Tollgate-Api-Key"};

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::size_t count(const headers_type& headers, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(),
        [&](const base::http_header& header) { return equal_ignore_case(header.name, name); }));
}

std::string_view value_of(const headers_type& headers, std::string_view name) {
    for (const auto& header : headers)
        if (equal_ignore_case(header.name, name)) return header.value;
    return {};
}

// A line that begins with whitespace continues the line before it (obs-fold, RFC 9112 §5.2).
bool has_folded_line(std::string_view raw) {
    return raw.find("\n ") != std::string_view::npos || raw.find("\n\t") != std::string_view::npos;
}

std::optional<read_problem> check_framing(const headers_type& headers, unsigned version) {
    const auto lengths = count(headers, "Content-Length");
    const auto codings = count(headers, "Transfer-Encoding");
    if (lengths > 1 || codings > 1) return read_problem{400, "repeated framing header"};
    if (lengths == 1 && codings == 1)
        return read_problem{400, "both Content-Length and Transfer-Encoding"};
    if (lengths == 1 && !all_digits(value_of(headers, "Content-Length")))
        return read_problem{400, "malformed Content-Length"};
    if (codings == 1) {
        if (!equal_ignore_case(value_of(headers, "Transfer-Encoding"), "chunked"))
            return read_problem{501, "Transfer-Encoding other than chunked"};
        if (version < 11) return read_problem{400, "Transfer-Encoding in HTTP/1.0"};
    }
    return {};
}

std::optional<read_problem> check_host(const headers_type& headers, unsigned version) {
    const auto hosts = count(headers, "Host");
    if (hosts > 1 || (hosts == 0 && version == 11))
        return read_problem{400, "exactly one Host header is needed"};
    const auto host = value_of(headers, "Host");
    // An empty Host belongs to a request without a name (RFC 9112 §3.2); the pipeline decides about
    // it.
    if (!host.empty() && !base::parse_authority(host))
        return read_problem{400, "malformed Host header: a name or address, and a port at most"};
    return {};
}

}  // namespace

bool has_bare_line_feed(std::string_view raw) {
    for (auto at = raw.find('\n'); at != std::string_view::npos; at = raw.find('\n', at + 1))
        if (at == 0 || raw[at - 1] != '\r') return true;
    return false;
}

std::optional<request_target> split_target(std::string_view target) {
    if (target.starts_with('/')) return request_target{target, {}};
    const auto parts = base::split_url(target);
    if (!parts) return {};
    if (!equal_ignore_case(parts->scheme, "http") && !equal_ignore_case(parts->scheme, "https"))
        return {};
    // An empty path means "/"; before a query alone it would need a new text.
    const std::string_view rest = parts->rest.empty() ? "/" : parts->rest;
    if (!rest.starts_with('/') || !base::parse_authority(parts->authority)) return {};
    return request_target{rest, parts->authority};
}

std::optional<read_problem> check_header(const request_reader& request, const headers_type& headers,
                                         std::string_view raw, const header_limits& limits) {
    if (request.version() != 10 && request.version() != 11)
        return read_problem{505, "HTTP version other than 1.0 and 1.1"};
    if (has_folded_line(raw)) return read_problem{400, "folded header line"};
    if (has_bare_line_feed(raw)) return read_problem{400, bare_line_feed};
    if (request.method() == http::verb::unknown) return read_problem{501, "unknown method"};
    if (request.target().size() > limits.target_bytes)
        return read_problem{414, "request target too long"};
    if (!split_target(request.target()))
        return read_problem{400, "request target must be a path, or the whole http address"};
    if (headers.size() > limits.fields) return read_problem{431, "too many header fields"};
    for (const auto& name : single_headers)
        if (count(headers, name) > 1)
            return read_problem{400, "repeated header that must be single"};
    if (const auto problem = check_host(headers, request.version())) return problem;
    return check_framing(headers, request.version());
}

}  // namespace tollgate::server
