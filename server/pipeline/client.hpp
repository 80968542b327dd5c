// Identifies the client behind proxies (X-Forwarded-For, X-Forwarded-Proto).
#pragma once
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/pipeline/context.hpp"

namespace tollgate::server {

class proxy_rules {
public:
    // Parses addresses and CIDR blocks; a failure names the invalid one.
    static base::result<proxy_rules> parse(const std::vector<std::string>& blocks);

    // True if `address`, as text, is in one of the blocks; false for text that is not an address.
    bool trusted(std::string_view address) const;

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

// The unit in which attempts are counted: an IPv4 address, or the /64 network of an IPv6 address,
// because one host may use all its addresses. Any other text is returned unchanged.
std::string counted_address(std::string_view address);

// The network of an address: 203.0.113.0/24, 2001:db8:1::/48. Empty for any other text.
std::string network_of(std::string_view address);

// Fills client_address and secure. Headers are used only from a trusted peer. Of X-Forwarded-For
// (all its lines, as one list), only the last address that is not a trusted proxy is used, because
// anyone could have written the addresses before it.
void identify_client(const proxy_rules& rules, request_context& context);

}  // namespace tollgate::server
