// Beast's HTTP/1.1 parser for requests, writing into flat memory within limits.
#pragma once
#include <boost/beast/http/basic_parser.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"

namespace tollgate::server {

struct request_limits {
    std::size_t header_bytes = 16 * 1024;  // of the header, and of the trailers
    std::size_t fields = 64;               // of the header, and of the trailers
    std::size_t body_bytes = 1024 * 1024;
};

// Reads one request (RFC 9112). Feed it with put() like any basic_parser; the header is available
// after is_header_done(), the body after is_done(). put() fails with http::error::header_limit and
// body_limit at the limits, and with bad_chunk_extension for an extension that is long or contains
// control characters. Fields after a chunked body (trailers, RFC 9110 §6.5) are counted and
// dropped: they never become headers. Incomplete input stays with the caller, who limits it.
class request_reader final : public boost::beast::http::basic_parser<true> {
public:
    explicit request_reader(const request_limits& limits);

    // From the header; views into this object, which remain valid.
    boost::beast::http::verb method() const { return method_; }
    std::string_view method_text() const { return view(method_text_); }
    std::string_view target() const { return view(target_); }
    unsigned version() const { return version_; }  // 10 or 11, if it is HTTP/1
    std::size_t field_count() const { return fields_.size(); }
    std::vector<base::http_header> headers() const;

    // The body; its capacity exceeds its size by 64 bytes at least once is_done().
    std::string& body() { return body_; }

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    struct span {
        std::size_t begin = 0;
        std::size_t size = 0;
    };
    struct field_span {
        span name;
        span value;
    };

    void on_request_impl(boost::beast::http::verb method, string_view method_text,
                         string_view target, int version, error_code&) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(boost::beast::http::field, string_view name, string_view value,
                       error_code& error) override;
    void on_header_impl(error_code&) override { header_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
    std::size_t on_body_impl(string_view part, error_code&) override;
    void on_chunk_header_impl(std::uint64_t size, string_view extension,
                              error_code& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remain, string_view part, error_code&) override;
    void on_finish_impl(error_code&) override;

    span keep(string_view text);
    std::string_view view(span of) const {
        return std::string_view(text_).substr(of.begin, of.size);
    }

    request_limits limits_;
    boost::beast::http::verb method_ = boost::beast::http::verb::unknown;
    unsigned version_ = 0;
    span method_text_;
    span target_;
    std::string text_;  // the whole header, without separators
    std::vector<field_span> fields_;
    std::string body_;
    std::size_t trailer_fields_ = 0;
    std::size_t trailer_bytes_ = 0;
    std::size_t extension_bytes_ = 0;
    bool header_done_ = false;
};

}  // namespace tollgate::server
