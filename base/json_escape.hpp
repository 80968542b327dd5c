// The inner loop of JSON string escaping, chosen once for the current processor.
#pragma once
#include <cstddef>

namespace tollgate::base {

// The maximum number of output bytes for one input byte (\u00XX).
constexpr std::size_t longest_escape = 6;

// Escapes `size` bytes from `from` into `to`, which has room for size * longest_escape + 16 bytes;
// returns the end of the output.
char* escape_json(const char* from, std::size_t size, char* to);

}  // namespace tollgate::base
