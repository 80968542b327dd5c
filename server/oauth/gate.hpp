// OAuth for MCP clients: checks access tokens, and serves the endpoints where clients get them.
//
// Each MCP server that accepts OAuth clients is its own authorization server: its issuer is its
// address, <base>/mcp/mcp_…, and its endpoints are <base>/oauth/mcp_…/…. Nothing is served at the
// root, because clients of MCP URLs look there too (docs/adr/0020-oauth.md).
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "server/oauth/attempts.hpp"
#include "server/oauth/client_documents.hpp"
#include "server/oauth/form.hpp"
#include "server/pipeline/base_url.hpp"
#include "server/pipeline/pipeline.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/oauth/authorizations.hpp"
#include "tenancy/oauth/clients.hpp"

namespace tollgate::tenancy {
class accounts;
class audit_trail;
class declarations;
class grants;
class registry;
class sessions;
}  // namespace tollgate::tenancy

namespace tollgate::oauth {

// The services of tenancy that the endpoints use.
struct gate_services {
    tenancy::grants& grants;
    tenancy::accounts& accounts;
    tenancy::declarations& declarations;
    tenancy::api_keys& api_keys;
    tenancy::sessions& sessions;
    tenancy::oauth::authorizations& authorizations;
    tenancy::oauth::clients& clients;
    tenancy::audit_trail& audit;
    const base::clock& clock;
};
gate_services services_of(tenancy::registry& all);

// One request at an endpoint of one MCP server.
struct oauth_call {
    const server::request_context& context;
    tenancy::oauth::open_server server;
    std::string issuer;
    std::string endpoints;  // beginning of the endpoints' addresses
};

// App-lifetime, thread-safe; runs on the caller's executor.
class gate final : public server::oauth_surface {
public:
    // The references outlive this object.
    gate(const gate_services& services, const server::base_urls& urls, client_documents& documents,
         base::logger& log);

    base::awaitable<std::optional<base::http_response>> admit(
        server::request_context& context) override;
    base::awaitable<base::http_response> handle_oauth(
        const server::request_context& context) override;

private:
    using response = base::awaitable<base::http_response>;
    using client_metadata = tenancy::oauth::client_metadata;

    // The type of an endpoint that accepts only POST.
    using posted = response (gate::*)(const oauth_call&);

    response dispatch(const oauth_call& call, std::string_view endpoint);
    // Null if `what` names no such endpoint.
    static posted posted_endpoint(std::string_view what);
    response show_consent(const oauth_call& call);
    response take_consent(const oauth_call& call);
    response allow(const oauth_call& call, tenancy::oauth::consent_request request,
                   std::string_view sealed, const parameters& form);
    base::awaitable<base::result<std::shared_ptr<const tenancy::api_key>>> who_consents(
        const oauth_call& call, const parameters& form);
    response give_token(const oauth_call& call);
    response add_client(const oauth_call& call);
    response revoke(const oauth_call& call);
    response introspect(const oauth_call& call);

    base::awaitable<base::result<client_metadata>> find_client(const oauth_call& call,
                                                               std::string_view client_id);
    response page(const oauth_call& call, unsigned status,
                  const tenancy::oauth::consent_request& request, std::string sealed,
                  std::string problem);

    const gate_services services_;
    const server::base_urls& urls_;
    client_documents& documents_;
    base::logger& log_;
    attempts wrong_keys_;
    slow_lane slow_lane_;
    attempts registrations_;
};

}  // namespace tollgate::oauth
