// Any bytes from a client: what the strict checks accept has one meaning only.
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "fuzz.hpp"
#include "server/http/strict.hpp"

namespace http = boost::beast::http;
using tollgate::fuzz::require;

namespace {

void check_accepted(const http::request_header<http::fields>& header, std::string_view raw) {
    require(header.count(http::field::host) <= 1, "one Host");
    require(header.version() == 10 || header.count(http::field::host) == 1, "a Host in HTTP/1.1");
    require(
        header.count(http::field::content_length) + header.count(http::field::transfer_encoding) <=
            1,
        "one framing");
    require(raw.find("\n ") == std::string_view::npos, "no folded line");
    require(raw.find('\0') == std::string_view::npos, "no NUL in a header");
    require(header.target().starts_with('/'), "a path as target");
    for (const auto& field : header)
        require(field.value().find_first_of("\r\n") == boost::beast::string_view::npos,
                "a header is one line");
}

}  // namespace

// One byte says in what steps the rest arrives.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t step = data[0] == 0 ? size : data[0];
    const std::string_view in = tollgate::fuzz::text_of(data + 1, size - 1);
    http::request_parser<http::string_body> parser;
    parser.header_limit(4096);
    parser.body_limit(8192);
    parser.eager(false);
    boost::system::error_code error;
    std::size_t used = 0;
    for (std::size_t seen = step; !parser.is_header_done(); seen += step) {
        const auto part = in.substr(used, std::min(seen, in.size()) - used);
        const std::size_t took = parser.put(boost::asio::buffer(part.data(), part.size()), error);
        if (parser.is_header_done() && !error) {
            const std::string_view raw = part.substr(0, took);
            if (tollgate::server::check_header(parser.get(), raw, {64})) return 0;
            check_accepted(parser.get(), raw);
        }
        used += took;
        if (error && error != http::error::need_more) return 0;
        if (seen >= in.size()) break;
    }
    if (!parser.is_header_done()) return 0;
    parser.eager(true);
    while (used < in.size() && !parser.is_done()) {
        const auto part = in.substr(used, step);
        const std::size_t took = parser.put(boost::asio::buffer(part.data(), part.size()), error);
        used += took;
        if ((error && error != http::error::need_more) || took == 0) return 0;
    }
    require(parser.get().body().size() <= 8192, "a body keeps to its limit");
    return 0;
}
