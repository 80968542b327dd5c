// Any bytes from a client: what the strict checks accept has one meaning only.
#include <boost/asio/buffer.hpp>

#include "fuzz.hpp"
#include "server/http/request_reader.hpp"
#include "server/http/strict.hpp"

namespace http = boost::beast::http;
using tollgate::fuzz::require;

namespace {

std::size_t count(const std::vector<tollgate::base::http_header>& headers, std::string_view name) {
    std::size_t found = 0;
    for (const auto& header : headers)
        if (tollgate::base::equal_ignore_case(header.name, name)) ++found;
    return found;
}

void check_accepted(const tollgate::server::request_reader& request, std::string_view raw) {
    const auto headers = request.headers();
    require(count(headers, "Host") <= 1, "one Host");
    require(request.version() == 10 || count(headers, "Host") == 1, "a Host in HTTP/1.1");
    require(count(headers, "Content-Length") + count(headers, "Transfer-Encoding") <= 1,
            "one framing");
    require(count(headers, "Authorization") <= 1, "one Authorization");
    require(raw.find("\n ") == std::string_view::npos, "no folded line");
    require(raw.find('\0') == std::string_view::npos, "no NUL in a header");
    const auto target = tollgate::server::split_target(request.target());
    require(target && target->path_and_query.starts_with('/'), "a path as target");
    for (const auto& field : headers)
        require(field.value.find_first_of("\r\n") == std::string_view::npos,
                "a header is one line");
}

}  // namespace

// One byte says in what steps the rest arrives.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t step = data[0] == 0 ? size : data[0];
    const std::string_view in = tollgate::fuzz::text_of(data + 1, size - 1);
    tollgate::server::request_reader parser{
        {.header_bytes = 4096, .fields = 64, .body_bytes = 8192}};
    parser.eager(false);
    boost::system::error_code error;
    std::size_t used = 0;
    for (std::size_t seen = std::min(step, in.size()); !parser.is_header_done();
         seen = std::min(seen + step, in.size())) {
        used += parser.put(boost::asio::buffer(in.data() + used, seen - used), error);
        if (parser.is_header_done() && !error) {
            const std::string_view raw = in.substr(0, used);
            if (tollgate::server::check_header(parser, parser.headers(), raw, {64})) return 0;
            check_accepted(parser, raw);
        }
        if (error && error != http::error::need_more) return 0;
        if (seen >= in.size()) break;
    }
    if (!parser.is_header_done()) return 0;
    const std::size_t fields = parser.field_count();
    parser.eager(true);
    while (used < in.size() && !parser.is_done()) {
        const auto part = in.substr(used, step);
        const std::size_t took = parser.put(boost::asio::buffer(part.data(), part.size()), error);
        used += took;
        if ((error && error != http::error::need_more) || took == 0) return 0;
    }
    require(parser.body().size() <= 8192, "a body keeps to its limit");
    require(parser.field_count() == fields, "a trailer is no header");
    return 0;
}
