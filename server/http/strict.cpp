#include "server/http/strict.hpp"

#include <boost/beast/http/verb.hpp>

namespace tollgate::server {

namespace {

namespace http = boost::beast::http;
using header_type = http::request_header<http::fields>;

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool equal_ignore_case(std::string_view a, std::string_view b) {
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

// A line that begins with a blank continues the one before (obs-fold, RFC 9112 §5.2).
bool has_folded_line(std::string_view raw) {
    return raw.find("\n ") != std::string_view::npos || raw.find("\n\t") != std::string_view::npos;
}

std::optional<read_problem> check_framing(const header_type& header) {
    const auto lengths = header.count(http::field::content_length);
    const auto codings = header.count(http::field::transfer_encoding);
    if (lengths > 1 || codings > 1) return read_problem{400, "repeated framing header"};
    if (lengths == 1 && codings == 1)
        return read_problem{400, "both Content-Length and Transfer-Encoding"};
    if (lengths == 1 && !all_digits(view(header[http::field::content_length])))
        return read_problem{400, "malformed Content-Length"};
    if (codings == 1) {
        if (!equal_ignore_case(view(header[http::field::transfer_encoding]), "chunked"))
            return read_problem{501, "Transfer-Encoding other than chunked"};
        if (header.version() < 11) return read_problem{400, "Transfer-Encoding in HTTP/1.0"};
    }
    return {};
}

}  // namespace

std::optional<read_problem> check_header(const header_type& header, std::string_view raw,
                                         const header_limits& limits) {
    if (header.version() != 10 && header.version() != 11)
        return read_problem{505, "HTTP version other than 1.0 and 1.1"};
    if (has_folded_line(raw)) return read_problem{400, "folded header line"};
    if (header.method() == http::verb::unknown) return read_problem{501, "unknown method"};
    const auto target = view(header.target());
    if (target.size() > limits.target_bytes) return read_problem{414, "request target too long"};
    if (!target.starts_with('/')) return read_problem{400, "request target must begin with '/'"};
    std::size_t fields = 0;
    for (auto it = header.begin(); it != header.end(); ++it) ++fields;
    if (fields > limits.fields) return read_problem{431, "too many header fields"};
    const auto hosts = header.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && header.version() == 11))
        return read_problem{400, "exactly one Host header is needed"};
    return check_framing(header);
}

}  // namespace tollgate::server
