#include "server/app/team_webhooks.hpp"

#include <stdexcept>

#include "server/delivery/webhook_network.hpp"
#include "stripe/upstream/pool.hpp"
#include "tenancy/approvals/approvals.hpp"
#include "tenancy/work/webhook_sender.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t lookups_at_once = 4;
constexpr std::size_t lookups_waiting = 256;

}  // namespace

base::result<> team_webhooks::open(const config& value, tenancy::webhook_sender& sender,
                                   tenancy::approvals& approvals, const base_urls& urls) {
    blocking_ = std::make_unique<base::worker>(lookups_at_once, lookups_waiting, "webhook-lookup");
    delivery::network with{.blocking = *blocking_, .tls = nullptr};
    with.public_only = !value.webhooks.private_networks;
    try {
        with.tls = stripe::make_client_tls(value.webhooks.ca_file);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "webhooks.ca_file");
    }
    network_ = delivery::make_webhook_network(std::move(with));
    const auto link_base = [&urls, base = value.webhooks.link_base] {
        return base.empty() ? urls.without_request() : base;
    };
    sender.send_with(*network_, link_base);
    approvals.link_with(link_base);
    return {};
}

}  // namespace tollgate::server
