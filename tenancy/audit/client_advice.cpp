#include "tenancy/audit/client_advice.hpp"

#include <algorithm>

namespace tollgate::tenancy {

namespace {

using storage::mcp_client_row;

constexpr client_advice calls_now{"calls", ""};
constexpr client_advice never_seen{
    "never_seen",
    "No client has reached this MCP server yet. Check that the client has the whole URL: a "
    "mistyped "
    "or old one is answered with 404 and cannot be listed here. claude.ai and ChatGPT connect from "
    "their own cloud, so the gateway must be reachable from the internet by https."};
constexpr client_advice only_discovered{
    "discovered",
    "The client connected and did not ask for the tools. Turn the connector on in the client, or "
    "remove it there and add it again."};
constexpr client_advice only_listed{
    "listed",
    "The client has the list of tools and has called none. Begin a new chat, check that the "
    "connector and its tools are turned on there, and ask for something that needs Stripe, by "
    "name. "
    "A client that shows no tools may not read lists of this length: choose fewer tools."};
constexpr client_advice refused_401{
    "refused",
    "The client was answered with 401: it sent no credential, or one that is not accepted. With "
    "OAuth, connect it again and agree in the browser; where an API key is needed too, put it into "
    "the client's headers. One 401 before the sign-in is part of OAuth."};
constexpr client_advice refused_404{
    "refused",
    "The client was answered with 404: its session is over, and it did not begin a new one. "
    "Restart the client, or reconnect the MCP server in it."};
constexpr client_advice refused_405{
    "refused",
    "The client was answered with 405: it used an HTTP method that its transport does not have. "
    "Choose the transport Streamable HTTP in the client; for an older client that knows SSE alone, "
    "add /sse to the URL."};
constexpr client_advice refused_406{
    "refused",
    "The client was answered with 406: its Accept header must name application/json and "
    "text/event-stream. Update the client, or remove the header where a person set it."};
constexpr client_advice refused_415{
    "refused",
    "The client was answered with 415: its Content-Type must be application/json. Something "
    "between the client and the gateway may change it."};
constexpr client_advice refused_503{
    "refused",
    "The client was answered with 503: it has as many requests or streams open as one MCP server "
    "may, or the gateway was busy. It may try again."};
constexpr client_advice refused_other{
    "refused",
    "The gateway refused what the client sent: it is not a message of MCP, or of another revision "
    "than its headers say. Update the client."};

client_advice advice_for_status(std::int64_t status) {
    switch (status) {
        case 401:
            return refused_401;
        case 404:
            return refused_404;
        case 405:
            return refused_405;
        case 406:
            return refused_406;
        case 415:
            return refused_415;
        case 503:
            return refused_503;
        default:
            return refused_other;
    }
}

// True if the newest that is known of the client is that it was refused.
bool ended_refused(const mcp_client_row& client) {
    if (!client.refused_at) return false;
    for (const auto& at : {client.discovered_at, client.listed_at, client.called_at})
        if (at && *at > *client.refused_at) return false;
    return true;
}

// The one that got furthest speaks for all.
int progress_of(const mcp_client_row& client) {
    if (client.called_at) return 3;
    if (client.listed_at) return 2;
    return client.discovered_at ? 1 : 0;
}

}  // namespace

client_advice advice_for(const mcp_client_row& client) {
    if (ended_refused(client)) return advice_for_status(client.refused_status);
    if (client.called_at) return calls_now;
    if (client.listed_at) return only_listed;
    return only_discovered;
}

client_advice advice_for_all(const std::vector<mcp_client_row>& clients) {
    if (clients.empty()) return never_seen;
    const auto furthest = std::ranges::max_element(clients, {}, progress_of);
    if (furthest->called_at) return calls_now;
    return advice_for(*furthest);
}

}  // namespace tollgate::tenancy
