// Ids that carry their kind: "mcp_4fTq0zPbX1c9LmYd8RkWvA2e".
#pragma once
#include <string>
#include <string_view>

namespace tollgate::base {

// `<kind>_` and 24 random Base62 characters (143 bits): never repeats, cannot be guessed.
std::string make_id(std::string_view kind);

// True when `id` is `<kind>_` and 24 Base62 characters.
bool is_id(std::string_view id, std::string_view kind);

}  // namespace tollgate::base
