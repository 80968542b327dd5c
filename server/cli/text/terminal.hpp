// What is known of the terminal that a command writes to.
#pragma once
#include <cstddef>

namespace tollgate::server {

bool on_terminal(int descriptor);

// Its width, or 80 if that is unknown. COLUMNS wins, as in other programs.
std::size_t terminal_columns(int descriptor);

// Whether colour is welcome: a terminal that is not "dumb", and NO_COLOR is unset or empty
// (no-color.org).
bool shows_colour(int descriptor);

}  // namespace tollgate::server
