#include "server/app/admin_gate.hpp"

#include <optional>

#include "server/admin/session_cookie.hpp"
#include "server/pipeline/client.hpp"
#include "server/pipeline/headed_stream.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::server {

base::awaitable<base::http_response> admin_gate::handle_admin(const request_context& context) {
    const std::string url = urls_.of(context);
    const std::string counted = counted_address(context.client_address);
    std::optional<headed_stream> stream;
    if (context.connection.stream != nullptr) stream.emplace(*context.connection.stream, context);
    const admin::request_facts facts{.request_id = context.request_id,
                                     .base_url = url,
                                     .remote_address = context.client_address,
                                     .counted_as = counted,
                                     .secure = context.secure,
                                     .stream = stream ? &*stream : nullptr};
    co_return co_await api_.handle(context.request, facts);
}

base::awaitable<base::result<bool>> admin_gate::has_session(const request_context& context,
                                                            std::string_view team_id) {
    const std::string url = urls_.of(context);
    admin::request_facts facts;
    facts.base_url = url;
    facts.secure = context.secure;
    const auto token = admin::session_token_of(context.request, facts);
    if (token.empty() || !admin::check_sign_in_page(context.request, facts)) co_return false;
    const auto who = co_await tenancy_.sessions().authenticate(token);
    if (who) co_return who->who.team_id == team_id;
    if (who.error().kind == base::errc::unavailable) co_return who.error();
    co_return false;
}

}  // namespace tollgate::server
