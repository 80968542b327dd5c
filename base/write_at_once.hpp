// What of an answer fits into the socket's buffer is written without waiting: mostly all of it.
#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace tollgate::base {

// Writes as much of `parts` as the socket takes now and removes it from them. Returns true when
// nothing is left. `error` is set when the connection is broken, never because the socket is full.
// Saves a turn of the loop and a coroutine for each answer. Call it on the socket's executor, with
// no other write going on.
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

// Other streams, TLS, write by turns of the loop only: nothing is written here.
template <typename Stream, std::size_t Count>
bool write_at_once(Stream&, std::array<boost::asio::const_buffer, Count>&,
                   boost::system::error_code&) {
    return false;
}

}  // namespace tollgate::base
