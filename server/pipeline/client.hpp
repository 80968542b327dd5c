// Who the client is when proxies stand in front (X-Forwarded-For, X-Forwarded-Proto).
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
    // Parses addresses and CIDR blocks; a failure names the one that is neither.
    static base::result<proxy_rules> parse(const std::vector<std::string>& blocks);

    bool trusted(std::string_view address) const;

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

// What counts as one client when attempts are counted: an IPv4 address, or the /64 network of an
// IPv6 address, since one host has all addresses of it. Any other text is itself.
std::string counted_address(std::string_view address);

// Fills client_address and secure. Only a trusted peer's headers count, and of X-Forwarded-For (all
// its lines, one list) only the last address that is not itself a trusted proxy: what stands before
// it, anyone could have written.
void identify_client(const proxy_rules& rules, request_context& context);

}  // namespace tollgate::server
