// Errors of the HTTP surface as problem details (RFC 9457).
#pragma once
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::server {

// application/problem+json with type, title, status, code and detail; and request_id if it is not
// empty.
base::http_response problem(unsigned status, std::string_view code, std::string_view detail,
                            std::string_view request_id = {});

}  // namespace tollgate::server
