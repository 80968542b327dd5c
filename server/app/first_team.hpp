// The first team, and the destination of its API key.
#pragma once
#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/app/start_report.hpp"
#include "server/config/config.hpp"

namespace tollgate::tenancy {
class registry;
}  // namespace tollgate::tenancy

namespace tollgate::server {

// Starts tenancy, which creates the first team if no team is stored yet, and puts the first API key
// into server.first_api_key_file or, without that setting, into `report`. `first_start`: no team is
// stored yet. Runs `io` on this thread, so call it before that loop has a thread. Fails as
// first_key_file and tenancy::registry::bootstrap() do.
base::result<> boot_first_team(const config& value, boost::asio::io_context& io,
                               tenancy::registry& tenancy, bool first_start, base::logger& log,
                               start_report& report);

}  // namespace tollgate::server
