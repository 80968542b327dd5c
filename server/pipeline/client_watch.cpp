#include "server/pipeline/client_watch.hpp"

#include "mcp/method_table.hpp"
#include "server/pipeline/client.hpp"
#include "server/pipeline/pipeline.hpp"
#include "tenancy/audit/client_sightings.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::server {

namespace {

constexpr unsigned first_refusal = 400;
constexpr unsigned not_found = 404;

using tenancy::client_step;

}  // namespace

void note_client(const pipeline_services& services, const tenancy::grant& grant,
                 const mcp::exchange& exchange, const client_origin& origin, unsigned status) {
    if (services.clients == nullptr) return;
    const bool refused = status >= first_refusal;
    const bool listed = exchange.method == mcp::name_of(mcp::method_kind::list_tools);
    const bool began = exchange.method == mcp::name_of(mcp::method_kind::initialize) ||
                       exchange.method == mcp::name_of(mcp::method_kind::discover);
    const bool called = exchange.method == mcp::name_of(mcp::method_kind::call_tool);
    if (!refused && !listed && !began && !called) return;
    // 2026-07-28 has no sessions: this 404 says that there is no such method, which a client may
    // try.
    if (exchange.modern && status == not_found) return;
    tenancy::client_sighting seen{grant.team_id, grant.server_id,
                                  exchange.client.empty() ? origin.user_agent : exchange.client};
    seen.title = exchange.client_title;
    if (!refused || !exchange.client.empty())
        seen.era = exchange.modern ? tenancy::client_era::modern : tenancy::client_era::legacy;
    seen.step = listed   ? client_step::listed
                : called ? client_step::called
                         : client_step::discovered;
    if (refused) seen.step = client_step::refused;
    seen.status = static_cast<int>(status);
    const std::string network = network_of(origin.address);
    seen.network = network;
    if (seen.step == client_step::called && !services.clients->is_new_call(seen)) return;
    services.clients->note(seen);
}

void note_client(const pipeline_services& services, const request_context& context,
                 unsigned status) {
    if (services.clients == nullptr || context.to != route::mcp) return;
    if (context.grant != nullptr)
        return note_client(services, *context.grant, context.exchange,
                           {context.request.header("user-agent"), context.client_address}, status);
    if (context.challenged.server_id.empty()) return;
    const std::string network = network_of(context.client_address);
    services.clients->note({context.challenged.team_id,
                            context.challenged.server_id,
                            tenancy::unidentified_client,
                            {},
                            {},
                            client_step::refused,
                            static_cast<int>(status),
                            network});
}

}  // namespace tollgate::server
