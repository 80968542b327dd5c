// Sessions as clients see them: begun by initialize, named by a header, ended by DELETE (MCP
// 2025-11-25 basic/transports §Session Management), and logging/setLevel.
#pragma once
#include <optional>
#include <string>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/session/session_book.hpp"
#include "mcp/session/session_ids.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

constexpr std::string_view session_header = "Mcp-Session-Id";

// What a request of the eras with sessions is known to be of.
struct session {
    std::string_view id;  // of the header, valid; or empty
    client_abilities client;
    std::optional<log_level> level;  // asked for with logging/setLevel
};

// Immutable. Both references outlive this.
class session_methods {
public:
    session_methods(const session_ids& ids, session_book& book) : ids_(ids), book_(book) {}

    // Gives the answer to `initialize` a new session.
    void begin(const tenancy::grant& grant, const message& initialize,
               base::http_response& reply) const;

    // Reads the session a request names, if it names one. A 404 for one that is not of this server,
    // was made up, or is over: its client is to initialize again. The id is a view of `request`.
    std::optional<base::http_response> check(const tenancy::grant& grant,
                                             const base::http_request& request,
                                             std::string_view id_json, session& out) const;

    // DELETE: 204, or 400 without a session, 404 as above.
    base::http_response end(const tenancy::grant& grant, const base::http_request& request) const;

    // logging/setLevel. Remembered for requests of that session; without one it is only checked.
    base::http_response set_level(const message& value, const session& client_session) const;

private:
    const session_ids& ids_;
    session_book& book_;
};

}  // namespace tollgate::mcp
