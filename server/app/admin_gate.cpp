#include "server/app/admin_gate.hpp"

namespace tollgate::server {

base::awaitable<base::http_response> admin_gate::handle_admin(const request_context& context) {
    const std::string url = base_url(context);
    const admin::request_facts facts{.request_id = context.request_id,
                                     .base_url = url,
                                     .remote_address = context.client_address};
    co_return co_await api_.handle(context.request, facts);
}

// server.public_url when it is set. Else, when the gateway listens on every address, the name the
// administrator reached it by (which passed the Host check); else the address it listens on.
std::string admin_gate::base_url(const request_context& context) const {
    if (!public_url_.empty()) return public_url_;
    const bool everywhere = mcp_base_.find("//0.0.0.0:") != std::string::npos ||
                            mcp_base_.find("//[::]:") != std::string::npos;
    const auto host = context.request.header("Host");
    if (!everywhere || host.empty()) return mcp_base_;
    return (context.secure ? "https://" : "http://") + std::string(host);
}

}  // namespace tollgate::server
