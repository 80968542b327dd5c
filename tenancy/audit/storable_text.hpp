// Texts that somebody else wrote, as every record store takes them.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// True if `text` is UTF-8 without a NUL character.
bool is_storable(std::string_view text);

// `text` itself if it is storable. Otherwise each NUL becomes '?', and if the whole is not UTF-8,
// each byte of 0x80 and above does.
std::string storable(std::string text);

}  // namespace tollgate::tenancy
