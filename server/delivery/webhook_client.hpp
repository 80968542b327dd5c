// Posts signed messages over HTTPS (Standard Webhooks).
#pragma once
#include <memory>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "base/webhook.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::delivery {

// Each message has a connection of its own. Redirects are not followed; of an answer, 64 KiB are
// read at most. With an empty key, messages are not signed. `with.blocking` outlives the webhook.
std::unique_ptr<base::webhook> make_webhook(webhook_address to, base::secret key, network with);

}  // namespace tollgate::server::delivery
