// Makes text from outside acceptable to every record store.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::tenancy {

// True if `text` is UTF-8 without a NUL character.
bool is_storable(std::string_view text);

// Returns `text` itself if it is storable. Otherwise replaces each NUL with '?' and, if the text is
// not UTF-8, each byte of 0x80 and above.
std::string storable(std::string text);

}  // namespace tollgate::tenancy
