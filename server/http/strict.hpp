// Checks that Beast's parser does not make (RFC 9112 §2.2, §3.2, §5.2, §6), to prevent request
// smuggling.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "server/http/request_reader.hpp"

namespace tollgate::server {

struct read_problem {
    unsigned status = 400;
    std::string_view why;  // a literal
};

struct header_limits {
    std::size_t fields = 64;
    std::size_t target_bytes = 8 * 1024;
};

// Checks a request whose header is complete. `headers` are its headers; `raw` is the whole header
// as received, to find what the parser has normalized. Returns nullopt if it is acceptable.
std::optional<read_problem> check_header(const request_reader& request,
                                         const std::vector<base::http_header>& headers,
                                         std::string_view raw, const header_limits& limits);

// True if a line of `raw`, the header or its beginning, ends with LF alone. RFC 9112 §2.2 lets a
// recipient accept that, but if two recipients treat it differently they see different requests.
bool has_bare_line_feed(std::string_view raw);
constexpr std::string_view bare_line_feed = "malformed HTTP request: a line must end with CR LF";

// The destination of a request: path and query, and the authority given in the target.
struct request_target {
    std::string_view path_and_query;
    std::string_view authority;  // of the absolute form; empty in the origin form
};

// Splits a target in origin form ("/a?b") or absolute form ("http://host/a?b", RFC 9112 §3.2.1 and
// §3.2.2). Returns nullopt for any other form.
std::optional<request_target> split_target(std::string_view target);

}  // namespace tollgate::server
