// Ids with a prefix for their kind: "mcp_4fTq0zPbX1c9LmYd8RkWvA2e".
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::base {

// `<kind>_` and 24 random Base62 characters (143 bits): unique and unguessable.
std::string make_id(std::string_view kind);

// As make_id(), but the first 8 of the 24 characters are the time `at`, and 16 are random (95
// bits). Ids made one after another are neighbours in an index, so that a store writes one page for
// many of them. Not for secrets.
std::string make_id_by_time(std::string_view kind, timestamp at);

// True if `id` is `<kind>_` and 24 Base62 characters.
bool is_id(std::string_view id, std::string_view kind);

}  // namespace tollgate::base
