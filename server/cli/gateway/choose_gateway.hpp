// Which gateway a command asks, and with which key.
#pragma once
#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"
#include "server/cli/gateway/contexts.hpp"

namespace tollgate::server {

// From the flags of a command, then the environment (TOLLGATE_CONTEXT, TOLLGATE_ADMIN_URL,
// TOLLGATE_API_KEY), then the current context; an address that none of them has is
// http://127.0.0.1:8787. A context that is named by a flag goes before the environment. The key of
// a context is given to addresses of that context alone. Contexts are read only where one may be
// used. Fails as contexts_place() and context_list::read(), and with errc::not_found "no_context".
base::result<admin_access> choose_gateway(admin_access flags,
                                          const environment_reader& environment);

}  // namespace tollgate::server
