#include "server/http/request_reader.hpp"

#include <algorithm>

namespace tollgate::server {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t usual_header_bytes = 1024;
constexpr std::size_t usual_fields = 16;
constexpr std::size_t body_padding = 64;
constexpr std::size_t extension_bytes_max = 256;  // of all chunks of a body together

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

}  // namespace

request_reader::request_reader(const request_limits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
    text_.reserve(usual_header_bytes);
    fields_.reserve(usual_fields);
}

std::vector<base::http_header> request_reader::headers() const {
    std::vector<base::http_header> out;
    out.reserve(fields_.size());
    for (const auto& field : fields_) out.push_back({view(field.name), view(field.value)});
    return out;
}

request_reader::span request_reader::keep(string_view text) {
    const span out{text_.size(), text.size()};
    text_.append(text.data(), text.size());
    return out;
}

void request_reader::on_request_impl(http::verb method, string_view method_text, string_view target,
                                     int version, error_code&) {
    method_ = method;
    version_ = static_cast<unsigned>(version);
    method_text_ = keep(method_text);
    target_ = keep(target);
}

void request_reader::on_field_impl(http::field, string_view name, string_view value,
                                   error_code& error) {
    if (!header_done_) {
        const span kept_name = keep(name);
        fields_.push_back({kept_name, keep(value)});
        return;
    }
    ++trailer_fields_;
    trailer_bytes_ += name.size() + value.size();
    if (trailer_fields_ > limits_.fields || trailer_bytes_ > limits_.header_bytes)
        error = http::error::header_limit;
}

void request_reader::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    // A longer body was already refused by the parser, with the header.
    body_.reserve(static_cast<std::size_t>(length.value_or(0)) + body_padding);
}

std::size_t request_reader::on_body_impl(string_view part, error_code&) {
    body_.append(part.data(), part.size());
    return part.size();
}

void request_reader::on_chunk_header_impl(std::uint64_t, string_view extension, error_code& error) {
    extension_bytes_ += extension.size();
    if (extension_bytes_ > extension_bytes_max ||
        std::any_of(extension.begin(), extension.end(), is_control))
        error = http::error::bad_chunk_extension;
}

std::size_t request_reader::on_chunk_body_impl(std::uint64_t, string_view part, error_code&) {
    body_.append(part.data(), part.size());
    return part.size();
}

void request_reader::on_finish_impl(error_code&) {
    body_.reserve(body_.size() + body_padding);
}

}  // namespace tollgate::server
