// URLs and the authorities in them (RFC 3986). An address from a setting, a request body or another
// party's document is parsed once, by Boost.URL, into a `url`, and that value is used. The
// functions below it only split text: they allocate nothing, because they read headers of every
// request.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::base {

struct url {
    std::string scheme;      // lower case: "https"
    std::string userinfo;    // "user:password" as written, percent-encoded; empty if there is none
    std::string host;        // lower case; an IPv6 address without brackets
    bool is_ipv6 = false;    // `host` is an IPv6 address
    bool has_port = false;   // the URL has a port
    std::uint16_t port = 0;  // that port; else the default of http and https; else 0
    std::string path;        // as written: empty, or begins with '/'
    std::string query;       // as written, without the '?'
    bool has_query = false;  // the URL has a '?'

    bool is_https() const { return scheme == "https"; }
    // True for https and http.
    bool is_web() const { return scheme == "https" || scheme == "http"; }
    // "host", "host:8443", "[::1]:80": with a port if the URL has one. The value of a Host header.
    std::string authority() const;
    // The path and query of a request line; begins with '/'.
    std::string target() const;
};

enum class url_userinfo : std::uint8_t { refused, allowed };

// Parses "scheme://[userinfo@]host[:port][/path][?query]". Returns nullopt for anything else. Also
// refused: a fragment; a host with characters other than letters, digits, '-', '.' and '_', which
// excludes percent-encoding and other alphabets; an IPv6 zone; an empty port, port 0 and ports over
// 65535; more than 8,192 bytes. A dot at the end of a host stays: that host equals no other.
std::optional<url> parse_url(std::string_view text, url_userinfo userinfo = url_userinfo::refused);

// Appends "name=value", percent-encoded, to the query of `to`, which has no fragment.
void append_query(std::string& to, std::string_view name, std::string_view value);

// True for localhost and for a loopback address, without brackets.
bool is_loopback_host(std::string_view host);

// The parts of "scheme://authority[rest]". `rest` is empty or begins with '/', '?' or '#'. Only the
// characters of the scheme are checked.
struct url_parts {
    std::string_view scheme;
    std::string_view authority;
    std::string_view rest;
};
// Returns nullopt without a scheme and "://".
std::optional<url_parts> split_url(std::string_view text);

// The parts of "host[:port]" and "[address][:port]".
struct authority_parts {
    std::string_view host;  // without brackets
    std::string_view port;  // empty if there is none
    bool bracketed = false;
    bool has_port = false;  // there is a ':' behind the host
};
// Returns nullopt for an empty host, a bracket that is not closed or that text other than a port
// follows, and a second ':' without brackets. Checks nothing else.
std::optional<authority_parts> split_authority(std::string_view text);

// 0 to 65535 in at most five digits; nullopt for anything else.
std::optional<std::uint16_t> parse_port(std::string_view text);

// The parts of a value that a Host header or an origin may have (RFC 9110 §7.2): a name of letters,
// digits, '-', '_' and '.', an IPv4 address, or an IPv6 address in brackets without a zone; then,
// possibly, a ':' and a port up to 65535, which may be empty. Returns nullopt for anything else.
std::optional<authority_parts> parse_authority(std::string_view text);

}  // namespace tollgate::base
