// Reason phrases of HTTP status codes.
#pragma once
#include <string_view>

namespace tollgate::base {

// The reason phrase of a status (RFC 9110 §15): "Not Found"; "Unknown" for a number that is none of
// them.
std::string_view reason_phrase(unsigned status);

}  // namespace tollgate::base
