// Ids with a prefix for their kind: "mcp_4fTq0zPbX1c9LmYd8RkWvA2e".
#pragma once
#include <string>
#include <string_view>

namespace tollgate::base {

// `<kind>_` and 24 random Base62 characters (143 bits): unique and unguessable.
std::string make_id(std::string_view kind);

// True if `id` is `<kind>_` and 24 Base62 characters.
bool is_id(std::string_view id, std::string_view kind);

}  // namespace tollgate::base
