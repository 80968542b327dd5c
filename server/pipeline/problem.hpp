// Errors of the HTTP surface as problem details (RFC 9457).
#pragma once
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace tollgate::server {

// application/problem+json with type, title, status, code and detail; request_id when it is not
// empty.
base::http_response problem(unsigned status, std::string_view code, std::string_view detail,
                            std::string_view request_id = {});

// The HTTP status of a failure. The text of internal and corrupt failures never leaves the process.
unsigned status_of(base::errc kind);

}  // namespace tollgate::server
