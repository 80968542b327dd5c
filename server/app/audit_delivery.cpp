#include "server/app/audit_delivery.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "server/delivery/audit_destinations.hpp"
#include "server/delivery/webhook_client.hpp"
#include "server/delivery/webhook_signature.hpp"
#include "stripe/upstream/pool.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server {

namespace {

using base::result;

// A webhook's settings: the address, and where its secret is.
struct webhook_settings {
    const char* key;
    const std::string& url;
    const std::string& secret;
    const std::string& secret_file;
};

result<std::unique_ptr<base::webhook>> webhook_of(const webhook_settings& from,
                                                  const delivery::network& with) {
    const auto address = delivery::parse_webhook(from.url);
    if (!address) return address.error();
    base::secret text{from.secret};
    if (from.secret.empty()) {
        auto read = tenancy::read_secret_file(from.secret_file);
        if (!read) return read.error();
        text = std::move(*read);
    }
    auto secret = delivery::parse_webhook_secret(text.reveal());
    if (!secret) {
        const std::string key = std::string{from.key} + "_secret";
        return base::invalid(secret.error().code, key + " " + secret.error().message, key);
    }
    return delivery::make_webhook(*address, std::move(*secret), with);
}

delivery::syslog_client syslog_of(const std::string& address, const delivery::network& with) {
    return {*delivery::parse_syslog(address), with};
}

result<> add_anchors(const config& value, tenancy::audit_delivery& to,
                     const delivery::network& with, const base::clock& clock) {
    const auto& audit = value.audit;
    if (!audit.anchor_file.empty())
        to.send_anchors("file", delivery::anchors_to_file(audit.anchor_file, with.blocking),
                        audit.anchor_every);
    if (!audit.anchor_webhook.empty()) {
        auto webhook = webhook_of({"audit.anchor_webhook", audit.anchor_webhook,
                                   audit.anchor_webhook_secret, audit.anchor_webhook_secret_file},
                                  with);
        if (!webhook) return webhook.error();
        to.send_anchors("webhook", delivery::anchors_to_webhook(std::move(*webhook), clock),
                        audit.anchor_every);
    }
    if (!audit.anchor_syslog.empty())
        to.send_anchors("syslog", delivery::anchors_to_syslog(syslog_of(audit.anchor_syslog, with)),
                        audit.anchor_every);
    return {};
}

result<> add_records(const config& value, tenancy::audit_delivery& to,
                     const delivery::network& with, const base::clock& clock) {
    const auto& audit = value.audit;
    if (!audit.forward_webhook.empty()) {
        auto webhook = webhook_of({"audit.forward_webhook", audit.forward_webhook,
                                   audit.forward_webhook_secret, audit.forward_webhook_secret_file},
                                  with);
        if (!webhook) return webhook.error();
        to.send_records("webhook", delivery::records_to_webhook(std::move(*webhook), clock));
    }
    if (!audit.forward_syslog.empty())
        to.send_records("syslog",
                        delivery::records_to_syslog(syslog_of(audit.forward_syslog, with)));
    return {};
}

}  // namespace

result<std::unique_ptr<base::worker>> connect_audit_delivery(const config& value,
                                                             tenancy::audit_delivery& to,
                                                             const base::clock& clock) {
    const auto& audit = value.audit;
    const std::array<const std::string*, 5> destinations{
        &audit.anchor_file, &audit.anchor_webhook, &audit.anchor_syslog, &audit.forward_webhook,
        &audit.forward_syslog};
    const auto count = static_cast<std::size_t>(
        std::count_if(destinations.begin(), destinations.end(),
                      [](const std::string* one) { return !one->empty(); }));
    std::unique_ptr<base::worker> blocking;
    if (count == 0) return blocking;
    blocking = std::make_unique<base::worker>(count, 2 * count, "audit-delivery");
    delivery::network with{.blocking = *blocking, .tls = nullptr};
    try {
        with.tls = stripe::make_client_tls(audit.ca_file);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "audit.ca_file");
    }
    auto added = add_anchors(value, to, with, clock);
    if (added) added = add_records(value, to, with, clock);
    if (!added) return added.error();
    return blocking;
}

}  // namespace tollgate::server
