#include "server/app/listening.hpp"

#include "server/app/worker_loop.hpp"
#include "server/pipeline/routes.hpp"
#include "server/process/bind.hpp"

namespace tollgate::server {

namespace {

// One listener per loop on the same address; the first one determines the port if 0 was requested.
base::result<std::string> bind_all(const listening_parts& with, const std::string& text,
                                   const char* key, surface served) {
    auto address = resolve_address(text, key);
    if (!address) return address.error();
    auto free = check_free(*address, key);
    if (!free) return free.error();
    try {
        for (auto& one : with.loops) {
            auto& made =
                one.listen(*address, with.tls, with.gate, with.options, one.add_pipeline(served));
            address->port(made.local_endpoint().port());
        }
    } catch (const boost::system::system_error& error) {
        return base::fail(
            base::errc::unavailable, "cannot_listen",
            std::string(key) + ": cannot listen on " + text + ": " + error.code().message(), key);
    }
    return to_text(*address);
}

}  // namespace

base::result<> listen(const listening_parts& with, base_urls& urls, start_report& report) {
    const auto& server = with.settings.server;
    const bool apart = !server.admin_listen.empty();
    auto mcp = bind_all(with, server.listen, "server.listen", {.mcp = true, .admin = !apart});
    if (!mcp) return mcp.error();
    report.mcp_address = *mcp;
    report.admin_address = *mcp;
    if (apart) {
        auto admin = bind_all(with, server.admin_listen, "server.admin_listen",
                              {.mcp = false, .admin = true});
        if (!admin) return admin.error();
        report.admin_address = *admin;
    }
    const std::string scheme = with.tls == nullptr ? "http://" : "https://";
    if (!is_every_address(report.mcp_address)) urls.set_listening(scheme + report.mcp_address);
    report.base_url = urls.without_request();
    return {};
}

}  // namespace tollgate::server
