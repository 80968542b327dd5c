#include "server/delivery/webhook_network.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <utility>

#include "base/public_network.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/webhook_client.hpp"
#include "server/delivery/webhook_signature.hpp"

namespace tollgate::server::delivery {

namespace {

using base::awaitable;
using base::result;

constexpr std::size_t address_bytes_max = 2'000;

base::failure bad_address(std::string why) {
    return base::invalid("invalid_address", "address " + std::move(why), "address");
}

bool is_private_ip(const std::string& host) {
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(host, error);
    return !error && !base::is_public(ip);
}

class team_addresses final : public base::webhook_network {
public:
    explicit team_addresses(network with) : with_(std::move(with)) {}

    result<std::string> host_of(const base::secret& address) const override {
        const auto parsed = parse(address);
        if (!parsed) return parsed.error();
        return parsed->host;
    }

    awaitable<result<>> post(base::secret address, base::secret key, std::string body,
                             std::string id, base::timestamp at) override {
        auto to = parse(address);
        if (!to) co_return to.error();
        base::secret signing;
        if (!key.empty()) {
            auto read = parse_webhook_secret(key.reveal());
            if (!read) co_return read.error();
            signing = std::move(*read);
        }
        const auto webhook = make_webhook(std::move(*to), std::move(signing), with_);
        auto sent = co_await webhook->post(std::move(body), std::move(id), at);
        co_return sent;
    }

private:
    result<webhook_address> parse(const base::secret& address) const {
        const std::string_view text = address.reveal();
        if (text.size() > address_bytes_max)
            return bad_address("must have at most " + std::to_string(address_bytes_max) + " bytes");
        auto parsed = parse_webhook(std::string{text});
        if (!parsed) return bad_address(parsed.error().message);
        if (!with_.public_only) return parsed;
        if (!parsed->tls) return bad_address("must begin with https://");
        if (parsed->host == "localhost" || is_private_ip(parsed->host))
            return bad_address(
                "must be on the public internet; webhooks.private_networks allows others");
        return parsed;
    }

    const network with_;
};

}  // namespace

std::unique_ptr<base::webhook_network> make_webhook_network(network with) {
    return std::make_unique<team_addresses>(std::move(with));
}

}  // namespace tollgate::server::delivery
