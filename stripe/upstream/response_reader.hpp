// Beast's HTTP/1.1 parser, writing straight into our own answer type.
#pragma once
#include <boost/beast/http/basic_parser.hpp>

#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// Reads one response (RFC 9112) into `answer`, which outlives this object. Feed it with put() like
// any basic_parser; it is eager. The body has 64 spare bytes of capacity. put() fails with
// http::error::body_limit and header_limit at the limits given here, in bytes. Fields after a
// chunked body (trailers, RFC 9112 §7.1.2) are checked and dropped: they never become headers.
class response_reader final : public boost::beast::http::basic_parser<false> {
public:
    response_reader(upstream_response& answer, std::size_t header_bytes_max,
                    std::size_t body_bytes_max);

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int,
                         error_code&) override {}
    void on_response_impl(int code, string_view reason, int version, error_code&) override;
    void on_field_impl(boost::beast::http::field, string_view name, string_view value,
                       error_code&) override;
    void on_header_impl(error_code&) override { header_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
    std::size_t on_body_impl(string_view body, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t remain, string_view body, error_code&) override;
    void on_finish_impl(error_code&) override;

    upstream_response& answer_;
    std::size_t body_bytes_max_;
    bool header_done_ = false;
};

}  // namespace tollgate::stripe
