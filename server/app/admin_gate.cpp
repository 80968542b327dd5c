#include "server/app/admin_gate.hpp"

#include "server/pipeline/client.hpp"

namespace tollgate::server {

base::awaitable<base::http_response> admin_gate::handle_admin(const request_context& context) {
    const std::string url = urls_.of(context);
    const std::string counted = counted_address(context.client_address);
    const admin::request_facts facts{.request_id = context.request_id,
                                     .base_url = url,
                                     .remote_address = context.client_address,
                                     .counted_as = counted,
                                     .secure = context.secure};
    co_return co_await api_.handle(context.request, facts);
}

}  // namespace tollgate::server
