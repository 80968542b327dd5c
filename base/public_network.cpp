#include "base/public_network.hpp"

#include <algorithm>
#include <array>

namespace tollgate::base {

namespace {

struct block {
    std::uint32_t network;
    unsigned bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

// IANA's special-purpose registry.
constexpr std::array<block, 15> special{{{v4(0, 0, 0, 0), 8},
                                         {v4(10, 0, 0, 0), 8},
                                         {v4(100, 64, 0, 0), 10},
                                         {v4(127, 0, 0, 0), 8},
                                         {v4(169, 254, 0, 0), 16},
                                         {v4(172, 16, 0, 0), 12},
                                         {v4(192, 0, 0, 0), 24},
                                         {v4(192, 0, 2, 0), 24},
                                         {v4(192, 88, 99, 0), 24},
                                         {v4(192, 168, 0, 0), 16},
                                         {v4(198, 18, 0, 0), 15},
                                         {v4(198, 51, 100, 0), 24},
                                         {v4(203, 0, 113, 0), 24},
                                         {v4(224, 0, 0, 0), 4},
                                         {v4(240, 0, 0, 0), 4}}};

bool public_v4(std::uint32_t address) {
    return std::none_of(special.begin(), special.end(), [address](const block& one) {
        return (address ^ one.network) >> (32U - one.bits) == 0;
    });
}

// Global unicast is 2000::/3; in it 2001::/23 is for protocols (Teredo), 2001:db8::/32 and
// 3fff::/20 for documentation, 2002::/16 is 6to4.
bool public_v6(const boost::asio::ip::address_v6::bytes_type& bytes) {
    if ((bytes[0] & 0xE0U) != 0x20U) return false;
    if (bytes[0] == 0x20 && bytes[1] == 0x02) return false;
    if (bytes[0] == 0x20 && bytes[1] == 0x01)
        return bytes[2] > 0x01 && !(bytes[2] == 0x0D && bytes[3] == 0xB8);
    return !(bytes[0] == 0x3F && bytes[1] == 0xFF && (bytes[2] & 0xF0U) == 0);
}

}  // namespace

bool is_public(const boost::asio::ip::address& address) {
    return address.is_v4() ? public_v4(address.to_v4().to_uint())
                           : public_v6(address.to_v6().to_bytes());
}

}  // namespace tollgate::base
