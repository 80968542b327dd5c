// Which addresses belong to the public internet.
#pragma once
#include <boost/asio/ip/address.hpp>

namespace tollgate::base {

// False for all addresses that are loopback, private, link-local, shared, reserved, multicast, for
// documentation or benchmarks, or contain an IPv4 address (mapped or tunnelled).
bool is_public(const boost::asio::ip::address& address);

}  // namespace tollgate::base
