// Posts signed messages over HTTPS (Standard Webhooks).
#pragma once
#include <memory>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "base/webhook.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::delivery {

// Each message uses its own connection. Redirects are not followed; at most 64 KiB of an answer are
// read. With an empty key, messages are not signed. `with.blocking` outlives the webhook.
std::unique_ptr<base::webhook> make_webhook(webhook_address to, base::secret key, network with);

}  // namespace tollgate::server::delivery
