// Turns a token into its grant, and checks whether the grant may be used now.
#pragma once
#include <optional>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "server/pipeline/context.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::server {

class admin_surface;

// Fills context.grant from the path token, or on /mcp from `Authorization: Bearer tgm_…`, X-API-Key
// or X-Auth-Token. Answers
//   - 404 with one constant body for a path token that is malformed, unknown, revoked, expired, or
//     belongs to a server that accepts OAuth clients only (a 401 would make clients start OAuth);
//   - 400 if two headers name two different MCP tokens;
//   - 401 with WWW-Authenticate for a missing or bad token on /mcp, and if
//     config.require_api_token_auth requires an API key (`Authorization: Bearer tgk_…`, or
//     X-Tollgate-Api-Key beside an MCP token in a header) or a person's session, and there is none
//     of the server's team;
//   - 403 while the server, its account or its team is suspended;
//   - 503 if the store does not answer.
// Returns nothing if the request may continue.
base::awaitable<std::optional<base::http_response>> authorize(tenancy::grant_source& grants,
                                                              admin_surface& people,
                                                              const base::clock& clock,
                                                              request_context& context);

// Counts a request of the grant's server as running for the lifetime of this object.
class in_flight {
public:
    // `admitted()` is false if `limit` requests of that server are already running.
    in_flight(const tenancy::grant& grant, std::size_t limit);
    ~in_flight();
    in_flight(const in_flight&) = delete;
    in_flight& operator=(const in_flight&) = delete;
    bool admitted() const { return admitted_; }

private:
    std::shared_ptr<tenancy::usage_counter> usage_;
    bool admitted_;
};

}  // namespace tollgate::server
