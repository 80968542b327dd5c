// HTTP status codes in words.
#pragma once
#include <string_view>

namespace tollgate::base {

// The phrase of a status that this project answers with (RFC 9110 §15): "Not Found"; "Unknown" for
// any other.
std::string_view reason_phrase(unsigned status);

}  // namespace tollgate::base
