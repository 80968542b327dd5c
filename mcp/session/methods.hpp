// Sessions as clients see them: started by initialize, named by a header, ended by DELETE (MCP
// 2025-11-25 basic/transports §Session Management), and logging/setLevel.
#pragma once
#include <optional>
#include <string>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/session/session_ids.hpp"
#include "mcp/session/session_registry.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

constexpr std::string_view session_header = "Mcp-Session-Id";

// The session of a request, in eras with sessions.
struct session {
    std::string_view id;  // from the header, valid; or empty
    client_abilities client;
    std::optional<log_level> level;  // set with logging/setLevel
};

// Immutable. Both references outlive this.
class session_methods {
public:
    session_methods(const session_ids& ids, session_registry& book) : ids_(ids), book_(book) {}

    // Starts a new session, adds its id to the answer of `initialize`, and returns the id.
    std::string begin(const tenancy::grant& grant, const message& initialize,
                      base::http_response& reply) const;

    // Reads the session that a request names, if any. Returns 404 if the id is not for this server,
    // is not genuine, or has ended: the client must initialize again. The id is a view of
    // `request`.
    std::optional<base::http_response> check(const tenancy::grant& grant,
                                             const base::http_request& request,
                                             std::string_view id_json, session& out) const;

    // DELETE: 204, or 400 without a session, 404 as above.
    base::http_response end(const tenancy::grant& grant, const base::http_request& request) const;

    // logging/setLevel. Remembered for requests of the session; without a session it is only
    // validated.
    base::http_response set_level(const message& value, const session& client_session) const;

private:
    const session_ids& ids_;
    session_registry& book_;
};

}  // namespace tollgate::mcp
