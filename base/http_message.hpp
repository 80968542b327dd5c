// HTTP messages as plain values, exchanged by the server's routes, the sandbox and the upstream
// client.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::base {

struct http_header {
    std::string_view name;
    std::string_view value;
};

// True if two header names (RFC 9110 §5.1) or other ASCII words are equal, ignoring case.
bool equal_ignore_case(std::string_view a, std::string_view b) noexcept;

// A request as a handler sees it. Every view is valid until the handler, or the awaitable it
// returned, completes. `body` has at least 64 bytes of unused capacity after its end, so that
// simdjson can parse it in place.
struct http_request {
    std::string_view method;  // "POST"
    std::string_view target;  // as sent: path and query, percent-encoded
    std::string_view path;    // target up to '?', percent-encoded
    std::string_view query;   // after '?', or empty
    std::vector<http_header> headers;
    std::string body;

    // The first header of that name, or an empty view. Case-insensitive.
    std::string_view header(std::string_view name) const noexcept;
    bool has_header(std::string_view name) const noexcept;
};

class body_source;

struct http_response {
    unsigned status = 200;
    std::string_view content_type = "application/json";  // a literal; empty if there is no body
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // If not null, produces the rest of the response body after `body`, which may be empty
    // (base/body_source.hpp). Only the admin API's handlers set it.
    std::shared_ptr<body_source> source{};
};

}  // namespace tollgate::base
