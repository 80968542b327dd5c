// Writes to a socket without waiting. The socket's buffer usually has room for the whole message.
#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace tollgate::base {

// Writes as much of `parts` as the socket accepts now, and removes those bytes from `parts`.
// Returns true if nothing is left. Sets `error` if the connection is broken, but not if the socket
// is full: write the rest with async_write. This saves a pass of the loop and a coroutine per
// message. Call it on the socket's executor while no other write is in progress.
template <std::size_t Count>
bool write_at_once(boost::asio::ip::tcp::socket& socket,
                   std::array<boost::asio::const_buffer, Count>& parts,
                   boost::system::error_code& error) {
    if (!socket.non_blocking()) socket.non_blocking(true, error);
    if (error) return false;
    std::size_t sent = socket.write_some(parts, error);
    if (error == boost::asio::error::would_block || error == boost::asio::error::try_again)
        error = {};
    bool all = true;
    for (auto& part : parts) {
        const std::size_t gone = std::min(sent, part.size());
        part += gone;
        sent -= gone;
        all = all && part.size() == 0;
    }
    return all && !error;
}

// Other streams (TLS) can only be written with async_write: writes nothing and returns false.
template <typename Stream, std::size_t Count>
bool write_at_once(Stream&, std::array<boost::asio::const_buffer, Count>&,
                   boost::system::error_code&) {
    return false;
}

}  // namespace tollgate::base
