// What Beast's parser lets pass and we do not (RFC 9112 §2.2, §3.2, §5.2, §6): request smuggling
// lives in the gaps.
#pragma once
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include <optional>
#include <string_view>

namespace tollgate::server {

struct read_problem {
    unsigned status = 400;
    std::string_view why;  // a literal
};

struct header_limits {
    std::size_t fields = 64;
    std::size_t target_bytes = 8 * 1024;
};

// Checks a parsed header. `raw` is the header as it came in, to see what the parser already
// smoothed over. Nothing when it is acceptable.
std::optional<read_problem> check_header(
    const boost::beast::http::request_header<boost::beast::http::fields>& header,
    std::string_view raw, const header_limits& limits);

}  // namespace tollgate::server
