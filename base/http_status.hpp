// Reason phrases of HTTP status codes.
#pragma once
#include <string_view>

namespace tollgate::base {

// The reason phrase of a status that this project uses (RFC 9110 §15): "Not Found"; "Unknown" for
// any other.
std::string_view reason_phrase(unsigned status);

}  // namespace tollgate::base
