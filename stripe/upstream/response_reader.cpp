#include "stripe/upstream/response_reader.hpp"

#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t usual_fields = 24;
constexpr std::size_t json_padding = 64;

}  // namespace

response_reader::response_reader(upstream_response& answer, std::size_t header_bytes_max,
                                 std::size_t body_bytes_max)
    : answer_(answer), body_bytes_max_(body_bytes_max) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(header_bytes_max));
    body_limit(body_bytes_max);
}

void response_reader::on_response_impl(int code, string_view, int, error_code&) {
    answer_.status = static_cast<unsigned>(code);
    answer_.headers.reserve(usual_fields);
}

void response_reader::on_field_impl(http::field, string_view name, string_view value, error_code&) {
    if (header_done_) return;
    answer_.headers.emplace_back(base::to_lower(name), std::string(value.data(), value.size()));
}

void response_reader::on_body_init_impl(const boost::optional<std::uint64_t>& length,
                                        error_code& error) {
    // The parser enforces the limit as bytes arrive; an announced length is checked before.
    if (length.value_or(0) > body_bytes_max_) {
        error = http::error::body_limit;
        return;
    }
    answer_.body.reserve(static_cast<std::size_t>(length.value_or(0)) + json_padding);
}

std::size_t response_reader::on_body_impl(string_view body, error_code&) {
    answer_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t response_reader::on_chunk_body_impl(std::uint64_t, string_view body, error_code&) {
    answer_.body.append(body.data(), body.size());
    return body.size();
}

void response_reader::on_finish_impl(error_code&) {
    answer_.body.reserve(answer_.body.size() + json_padding);
}

}  // namespace tollgate::stripe
