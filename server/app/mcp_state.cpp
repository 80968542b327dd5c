#include "server/app/mcp_state.hpp"

namespace tollgate::server {

void mcp_state::open(const tenancy::vault& secrets, const base::clock& clock) {
    inputs_.emplace(secrets.derive("mcp request state"), clock);
    ids_.emplace(secrets.derive("mcp session id"), clock);
    methods_.emplace(*ids_, sessions);
}

mcp::endpoint_parts mcp_state::parts(mcp::content_provider* content) {
    return {.content = content, .seal = &*inputs_, .sessions = &*methods_, .asked = &asked};
}

// The calls end with their current result: nothing more is sent for a token that has ended.
void mcp_state::sever(const tenancy::server_event& event) {
    if (event.kind == tenancy::server_change::changed ||
        event.kind == tenancy::server_change::owner_changed)
        return;
    if (event.kind == tenancy::server_change::unknown) return cancelled.sever_all();
    if (event.kind == tenancy::server_change::token_ended)
        cancelled.sever(event.server_id, event.token_digest);
    else
        cancelled.sever(event.server_id);
}

}  // namespace tollgate::server
