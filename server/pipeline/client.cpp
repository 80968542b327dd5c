#include "server/pipeline/client.hpp"

#include <boost/asio/ip/address.hpp>

namespace tollgate::server {

namespace ip = boost::asio::ip;

base::result<proxy_rules> proxy_rules::parse(const std::vector<std::string>& blocks) {
    proxy_rules out;
    for (const auto& block : blocks) {
        boost::system::error_code error;
        const bool v6 = block.find(':') != std::string::npos;
        const bool cidr = block.find('/') != std::string::npos;
        const std::string text = cidr ? block : block + (v6 ? "/128" : "/32");
        if (v6) {
            const auto network = ip::make_network_v6(text, error);
            if (!error) out.v6_.push_back(network);
        } else {
            const auto network = ip::make_network_v4(text, error);
            if (!error) out.v4_.push_back(network);
        }
        if (error)
            return base::invalid(
                "bad_address",
                "server.trusted_proxies: '" + block + "' is neither an IP address nor a CIDR block",
                "server.trusted_proxies");
    }
    return out;
}

bool proxy_rules::trusted(std::string_view address) const {
    if (v4_.empty() && v6_.empty()) return false;
    boost::system::error_code error;
    const auto value = ip::make_address(std::string(address), error);
    if (error) return false;
    if (value.is_v4()) {
        const ip::network_v4 host{value.to_v4(), 32};
        return std::any_of(v4_.begin(), v4_.end(), [&](const auto& block) {
            return host == block || host.is_subnet_of(block);
        });
    }
    const ip::network_v6 host{value.to_v6(), 128};
    return std::any_of(v6_.begin(), v6_.end(), [&](const auto& block) {
        return host == block || host.is_subnet_of(block);
    });
}

namespace {

// Follows `chain` from its end; each hop becomes `client`. False at the first hop that is not a
// trusted proxy or not an address: what comes before it cannot be trusted.
bool walk_back(const proxy_rules& rules, std::string_view chain, std::string& client) {
    for (;;) {
        const auto comma = chain.rfind(',');
        std::string_view hop = comma == std::string_view::npos ? chain : chain.substr(comma + 1);
        while (hop.starts_with(' ') || hop.starts_with('\t')) hop.remove_prefix(1);
        while (hop.ends_with(' ') || hop.ends_with('\t')) hop.remove_suffix(1);
        boost::system::error_code error;
        ip::make_address(std::string(hop), error);
        if (error) return false;
        client = hop;
        if (!rules.trusted(hop)) return false;
        if (comma == std::string_view::npos) return true;
        chain = chain.substr(0, comma);
    }
}

// The scheme according to the nearest proxy: the last value of the last line.
std::string_view forwarded_scheme(const base::http_request& request) {
    std::string_view out;
    for (const auto& header : request.headers)
        if (base::equal_ignore_case(header.name, "X-Forwarded-Proto")) out = header.value;
    const auto comma = out.rfind(',');
    if (comma != std::string_view::npos) out.remove_prefix(comma + 1);
    while (out.starts_with(' ')) out.remove_prefix(1);
    return out;
}

}  // namespace

std::string counted_address(std::string_view address) {
    boost::system::error_code error;
    const auto value = ip::make_address(std::string(address), error);
    if (error || value.is_v4()) return std::string(address);
    if (value.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, value.to_v6()).to_string();
    return ip::network_v6(value.to_v6(), 64).canonical().to_string();
}

std::string network_of(std::string_view address) {
    constexpr unsigned short v4_bits = 24;
    constexpr unsigned short v6_bits = 48;
    boost::system::error_code error;
    const auto value = ip::make_address(std::string(address), error);
    if (error) return {};
    if (value.is_v4()) return ip::network_v4(value.to_v4(), v4_bits).canonical().to_string();
    // Without the zone of a link-local address, which names an interface of this machine.
    const ip::address_v6 v6{value.to_v6().to_bytes()};
    if (!v6.is_v4_mapped()) return ip::network_v6(v6, v6_bits).canonical().to_string();
    const auto v4 = ip::make_address_v4(ip::v4_mapped, v6);
    return ip::network_v4(v4, v4_bits).canonical().to_string();
}

void identify_client(const proxy_rules& rules, request_context& context) {
    context.client_address = context.connection.peer_address;
    context.secure = context.connection.tls;
    if (!rules.trusted(context.connection.peer_address)) return;
    if (base::equal_ignore_case(forwarded_scheme(context.request), "https")) context.secure = true;
    // Several lines form one list (RFC 9110 §5.3); the nearest proxy wrote the last line.
    const auto& headers = context.request.headers;
    for (auto line = headers.rbegin(); line != headers.rend(); ++line) {
        if (!base::equal_ignore_case(line->name, "X-Forwarded-For")) continue;
        if (!walk_back(rules, line->value, context.client_address)) return;
    }
}

}  // namespace tollgate::server
