// The inner loop of JSON string escaping, chosen once for the processor at hand.
#pragma once
#include <cstddef>

namespace tollgate::base {

// The most output bytes one input byte can become (\u00XX).
constexpr std::size_t longest_escape = 6;

// Escapes `size` bytes from `from` into `to`, which has room for size * longest_escape + 16 bytes;
// returns the end of what was written.
char* escape_json(const char* from, std::size_t size, char* to);

}  // namespace tollgate::base
