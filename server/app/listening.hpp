// The listeners of a gateway: which address serves which surface, with one listener per loop.
#pragma once
#include <list>

#include "base/result.hpp"
#include "server/app/start_report.hpp"
#include "server/config/config.hpp"
#include "server/http/listener.hpp"
#include "server/pipeline/base_url.hpp"

namespace tollgate::server {

class worker_loop;

// The dependencies of listeners. References are app-lifetime.
struct listening_parts {
    const config& settings;
    std::list<worker_loop>& loops;  // built, but without threads yet
    tls_source* tls;                // null for plain HTTP
    connection_gate& gate;
    const connection_options& options;
};

// Binds server.listen and, if set, server.admin_listen, on every loop. Gives `urls` the bound
// address unless it means every address of the machine; puts the addresses and the base URL into
// `report`. Fails as resolve_address() and check_free() do, and with errc::unavailable
// "cannot_listen", naming the setting.
base::result<> listen(const listening_parts& with, base_urls& urls, start_report& report);

}  // namespace tollgate::server
