#include "base/http_status.hpp"

#include <boost/beast/http/status.hpp>

namespace tollgate::base {

std::string_view reason_phrase(unsigned status) {
    namespace http = boost::beast::http;
    // RFC 9110 renamed these two; Beast has the names of RFC 7231.
    if (status == 413) return "Content Too Large";
    if (status == 422) return "Unprocessable Content";
    const auto known = http::int_to_status(status);
    if (known == http::status::unknown) return "Unknown";
    return http::obsolete_reason(known);
}

}  // namespace tollgate::base
