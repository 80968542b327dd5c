// Posts messages to addresses that teams have given.
#pragma once
#include <memory>

#include "base/webhook.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::delivery {

// With `with.public_only`, only https addresses are accepted, and none in a private network.
// `with.blocking` outlives it.
std::unique_ptr<base::webhook_network> make_webhook_network(network with);

}  // namespace tollgate::server::delivery
