#include "server/admin/handlers.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/declarations.hpp"
#include "tenancy/admin/policies.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/grants/grant_declarations.hpp"
#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/rules/credential.hpp"

namespace tollgate::admin {

namespace {

// The grant of the server's tokens, without the credential: explain only needs the kind of the key.
tenancy::grant grant_of(const tenancy::mcp_server& server,
                        const tenancy::integrated_account& account) {
    auto access = std::make_shared<tenancy::account_access>();
    access->id = account.id;
    access->team_id = account.team_id;
    access->mode = account.mode;
    const std::string kind = account.restricted_key ? "rk_" : "sk_";
    access->credential =
        base::secret{kind + std::string(tenancy::to_string(account.mode)) + "_***"};
    access->stripe_account = account.stripe_account;
    access->stripe_version = account.stripe_version;
    access->connected_accounts = account.connected_accounts;
    access->orders = account.orders;
    access->service = account.service;
    tenancy::grant out;
    out.server_id = server.id;
    out.server_name = server.name;
    out.team_id = server.team_id;
    out.filter = tenancy::filter_of(server.config);
    out.expires_at = server.expires_at;
    out.listing = tenancy::listing_of(server.config);
    out.results = tenancy::results_of(server.config);
    out.expand_any = server.config.expand == "any";
    out.rate = tenancy::rate_of(server.config);
    out.frozen = account.frozen_at.has_value();
    out.needs_reauth = account.needs_reauth_at.has_value();
    out.account = std::move(access);
    return out;
}

struct refusal {
    std::string_view code;
    std::string_view message;
};

// The reason to refuse every call, whatever its tool.
std::optional<refusal> blocking_refusal(const tenancy::mcp_server& server,
                                        const tenancy::integrated_account& account,
                                        const tenancy::team& team) {
    using tenancy::server_status;
    if (server.status == server_status::revoked)
        return refusal{"server_revoked", "This MCP server is revoked for good: make a new one."};
    if (server.status == server_status::expired)
        return refusal{
            "server_expired",
            "This MCP server has expired: PATCH its expires_at, then rotate it for a new "
            "URL."};
    if (server.suspended_at)
        return refusal{"server_suspended",
                       "This MCP server is suspended: DELETE its /suspend to resume it."};
    if (account.suspended_at)
        return refusal{"account_suspended",
                       "This integrated account is suspended: DELETE its /suspend to resume it."};
    if (team.suspended_at)
        return refusal{"team_suspended",
                       "The team is suspended: DELETE /team/suspend to resume it."};
    return {};
}

// What a call of the server would be decided by.
struct explained_server {
    tenancy::mcp_server server;
    tenancy::integrated_account account;
    tenancy::team team;
    tenancy::grant grant;
};

base::awaitable<base::result<explained_server>> read_explained(const call& in) {
    if (in.explainer == nullptr)
        co_return base::fail(base::errc::unavailable, "explainer_missing",
                             "calls cannot be explained here");
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    auto declared = co_await in.tenancy.declarations().in_force(in.by->team_id, in.id(0));
    if (!declared) co_return declared.error();
    const auto* const own_tools = *declared ? (*declared)->directory.get() : nullptr;
    auto policies = co_await in.tenancy.policies().in_force(*server, account->mode, own_tools);
    if (!policies) co_return policies.error();
    const auto team = co_await in.tenancy.teams().get(in.by->team_id);
    if (!team) co_return team.error();
    auto grant = grant_of(*server, *account);
    grant.team_frozen = team->frozen_at.has_value();
    grant.frozen = grant.frozen || grant.team_frozen;
    grant.receipt_metadata = team->settings.receipt_metadata;
    if (*policies) grant.filter = tenancy::without_refused(std::move(grant.filter), **policies);
    grant.policies = std::move(*policies);
    if (*declared) grant.filter = tenancy::narrowed_by(std::move(grant.filter), **declared);
    if (account->service && !*declared)
        grant.filter = tenancy::without_tools(std::move(grant.filter));
    grant.declared = std::move(*declared);
    co_return explained_server{*server, *account, *team, std::move(grant)};
}

}  // namespace

answer explain_call(const call& in) {
    const auto good = check_json_object(in.request.body);
    if (!good) co_return good.error();
    const auto at = co_await read_explained(in);
    if (!at) co_return at.error();
    auto explained = in.explainer->explain(at->grant, in.request.body);
    if (!explained) co_return explained.error();
    if (const auto over = blocking_refusal(at->server, at->account, at->team))
        co_return json_response(200, encode_refused(*explained, over->code, over->message));
    co_return json_response(200, std::move(*explained));
}

answer get_server_tool(const call& in) {
    const auto at = co_await read_explained(in);
    if (!at) co_return at.error();
    auto described = in.explainer->describe(at->grant, in.id(2));
    if (!described) co_return described.error();
    co_return json_response(200, std::move(*described));
}

}  // namespace tollgate::admin
