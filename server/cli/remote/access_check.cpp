#include "server/cli/remote/access_check.hpp"

#include "base/json_text.hpp"
#include "server/cli/gateway/http_call.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

namespace {

access_finding cannot_ask(std::string where, const base::failure& why) {
    return {std::move(where), false, "it cannot be asked: " + without_controls(why.message)};
}

access_finding servers_at(const admin_client& gateway, access_action action, const target& meant) {
    std::size_t done = 0;
    for (const auto& one : meant.servers) {
        const auto body = gateway.call("GET", one.path());
        if (!body) return cannot_ask(gateway.url(), body.error());
        if (member_of(*body, "status") == state_after(action)) ++done;
    }
    const auto all = std::to_string(meant.servers.size());
    return {gateway.url(), done == meant.servers.size(),
            std::to_string(done) + " of " + all +
                (all == "1" ? " MCP server is " : " MCP servers are ") + state_after(action)};
}

// A secret that is not accepted any more is not found.
access_finding secret_at(const admin_client& gateway, const target& meant) {
    std::string sent = "{";
    base::json_members{sent}.text("token", meant.secret);
    const auto body = gateway.call("POST", "/mcp/find", sent + '}');
    if (body) return {gateway.url(), false, "it still accepts the secret"};
    if (body.error().code == "token_not_found")
        return {gateway.url(), true, "the secret is no longer accepted"};
    return cannot_ask(gateway.url(), body.error());
}

access_finding group_at(const admin_client& gateway, access_action action, const target& meant) {
    if (action == access_action::revoke) {
        const auto body = gateway.call("GET", meant.path() + "/revoke?limit=1");
        if (!body) return cannot_ask(gateway.url(), body.error());
        const auto left = member_of(*body, "would_end");
        return {gateway.url(), left == "0", left + " MCP servers are not revoked"};
    }
    const auto path =
        meant.kind == target_kind::team ? path_below("/team", meant.id) : meant.path();
    const auto body = gateway.call("GET", path);
    if (!body) return cannot_ask(gateway.url(), body.error());
    const bool suspended = !member_of(*body, "suspended_at").empty();
    return {gateway.url(), suspended == (action == access_action::suspend),
            suspended ? "it is suspended" : "it is not suspended"};
}

access_finding at(const admin_client& gateway, access_action action, const target& meant) {
    if (meant.kind == target_kind::servers) return servers_at(gateway, action, meant);
    if (meant.kind != target_kind::secret) return group_at(gateway, action, meant);
    return action == access_action::revoke ? secret_at(gateway, meant)
                                           : servers_at(gateway, action, meant);
}

// What a client of the URL is answered now. The URL itself is not shown: it holds the token.
access_finding at_url(access_action action, const std::string& url) {
    constexpr unsigned not_there = 404;
    constexpr unsigned paused = 403;
    const std::string where = "the MCP URL";
    const auto client = http_caller::make(url);
    if (!client) return {where, false, "it cannot be asked: its address " + client.error().message};
    const auto answer = client->call(
        {"POST",
         {},
         {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream"}},
         R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}})"});
    if (!answer) return cannot_ask(where, answer.error());
    const bool agrees = action == access_action::revoke ? answer->status == not_there
                        : action == access_action::suspend
                            ? answer->status == paused
                            : answer->status != not_there && answer->status != paused;
    return {where, agrees, "it answers " + std::to_string(answer->status)};
}

}  // namespace

std::string name_of(access_action action) {
    if (action == access_action::revoke) return "revoke";
    return action == access_action::suspend ? "suspend" : "resume";
}

std::string state_after(access_action action) {
    if (action == access_action::revoke) return "revoked";
    return action == access_action::suspend ? "suspended" : "active";
}

bool concerns(access_action action, const std::string& status) {
    if (action == access_action::revoke) return status != "revoked";
    return status == (action == access_action::suspend ? "active" : "suspended");
}

std::vector<access_finding> check_access(const admin_client& gateway,
                                         const std::vector<std::string>& instances,
                                         access_action action, const target& meant) {
    std::vector<access_finding> out{at(gateway, action, meant)};
    for (const auto& url : instances) {
        if (url == gateway.url()) continue;
        const auto instance = gateway.at(url);
        out.push_back(instance ? at(*instance, action, meant) : cannot_ask(url, instance.error()));
    }
    if (meant.secret.starts_with("http") && meant.secret_kind.ends_with("mcp_url"))
        out.push_back(at_url(action, meant.secret));
    return out;
}

}  // namespace tollgate::server
