// Detects whether the client of a connection has disconnected while nothing is written to it.
#pragma once

namespace tollgate::server {

// True if the peer of this socket has closed its side, or the connection is broken. Reads nothing
// and does not block.
bool has_left(int socket) noexcept;

}  // namespace tollgate::server
