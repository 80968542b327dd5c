// Posts messages to addresses given by teams.
#pragma once
#include <memory>

#include "base/webhook.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::delivery {

// With `with.public_only`, only https addresses outside private networks are accepted.
// `with.blocking` outlives the result.
std::unique_ptr<base::webhook_network> make_webhook_network(network with);

}  // namespace tollgate::server::delivery
