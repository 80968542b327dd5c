// Which clients were seen at an MCP server, and what to do when one does not get as far as a call.
#include <utility>

#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/audit/client_advice.hpp"
#include "tenancy/audit/client_sightings.hpp"

namespace tollgate::admin {

namespace {

using storage::mcp_client_row;

std::string time_json(const std::optional<base::timestamp>& at) {
    return at ? '"' + base::format_timestamp(*at) + '"' : "null";
}

void write_advice(base::json_members& members, const tenancy::client_advice& advice) {
    members.text("state", advice.state);
    if (advice.text.empty())
        members.raw("advice", "null");
    else
        members.text("advice", advice.text);
}

std::string client_json(const mcp_client_row& row) {
    std::string out = "{";
    base::json_members members{out};
    members.text("client", row.client)
        .text("title", row.title)
        .text("era", row.era)
        .text("network", row.network)
        .raw("first_seen_at", time_json(row.first_seen_at))
        .raw("last_seen_at", time_json(row.last_seen_at))
        .raw("discovered_at", time_json(row.discovered_at))
        .raw("listed_at", time_json(row.listed_at))
        .raw("called_at", time_json(row.called_at))
        .raw("refused_at", time_json(row.refused_at));
    if (row.refused_at)
        members.number("refused_status", row.refused_status);
    else
        members.raw("refused_status", "null");
    write_advice(members, tenancy::advice_for(row));
    return out + '}';
}

}  // namespace

answer list_clients(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    const auto rows = co_await in.tenancy.clients().list(in.by->team_id, server->id);
    if (!rows) co_return rows.error();
    std::string list;
    for (const mcp_client_row& row : *rows) list += (list.empty() ? "" : ",") + client_json(row);
    std::string out = "{";
    base::json_members members{out};
    write_advice(members, tenancy::advice_for_all(*rows));
    members.raw("result", '[' + list + ']');
    co_return json_response(200, out + '}');
}

}  // namespace tollgate::admin
