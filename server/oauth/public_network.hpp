// Which addresses are of the public internet.
#pragma once
#include <boost/asio/ip/address.hpp>

namespace tollgate::oauth {

// False for everything that is loopback, private, link-local, shared, reserved, multicast, for
// documentation or benchmarks, or a way around (mapped and tunnelled IPv4).
bool is_public(const boost::asio::ip::address& address);

}  // namespace tollgate::oauth
