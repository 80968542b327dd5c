// The inner loop of JSON string escaping, chosen once for the current processor.
#pragma once
#include <cstddef>
#include <span>

#include "base/processor_form.hpp"

namespace tollgate::base {

// The maximum number of output bytes for one input byte (\u00XX).
constexpr std::size_t longest_escape = 6;

// Escapes `size` bytes from `from` into `to`, which has room for size * longest_escape + 16 bytes;
// returns the end of the output.
char* escape_json(const char* from, std::size_t size, char* to);

// The forms of escape_json(), which all write the same, the fastest first.
using escape_form = processor_form<char* (*)(const char*, std::size_t, char*)>;
std::span<const escape_form> escape_forms() noexcept;

}  // namespace tollgate::base
