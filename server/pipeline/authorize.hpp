// Token → grant, and everything that decides whether a grant may be used now.
#pragma once
#include <optional>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "server/pipeline/context.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::server {

// The token of `Authorization: Bearer …`; empty when there is none.
std::string_view bearer(const base::http_request& request);

// Fills context.grant from the path token, or on /mcp from `Authorization: Bearer tgm_…`, X-API-Key
// or X-Auth-Token. Answers
// - 404 with one constant body for a path token that is malformed, unknown, revoked, expired, or of
//   a server that takes OAuth clients only (a 401 would send clients into OAuth);
// - 400 where two headers name two different MCP tokens;
// - 401 with WWW-Authenticate for a missing or bad token on /mcp, and where
// config.require_api_token_auth asks for
//   an API key (`Authorization: Bearer tgk_…`, or X-Tollgate-Api-Key beside an MCP token in a
//   header) and none of the server's team is there;
// - 403 while the server, its account or its team is suspended;
// - 503 when the store does not answer.
// Nothing: go on.
base::awaitable<std::optional<base::http_response>> authorize(tenancy::grant_source& grants,
                                                              const base::clock& clock,
                                                              request_context& context);

// Counts a request of the grant's server as running for as long as it lives.
class in_flight {
public:
    // `admitted()` is false when `limit` requests of that server run already.
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
