// Session ids that verify themselves (MCP 2025-11-25 basic/transports §Session Management): no
// instance keeps a session, so none is lost with one.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace tollgate::mcp {

// What a client declared in initialize that it can be asked for.
struct client_abilities {
    bool elicitation = false;
    bool sampling = false;
    bool roots = false;

    bool any() const { return elicitation || sampling || roots; }
    bool operator==(const client_abilities&) const = default;
};

// Makes and reads session ids: what the client can do, and when it began, with a code over that and
// the MCP server. It is no credential: it tells nothing and opens nothing without the token.
// Immutable, thread-safe; every instance with the same key reads every id.
class session_ids {
public:
    // `key`: 32 bytes. `clock` outlives this.
    session_ids(base::secret key, const base::clock& clock);

    // A new id, visible ASCII.
    std::string make(std::string_view server_id, const client_abilities& client) const;

    // What an id made for that server says; nullopt for every other text, the same id with capital
    // letters included.
    std::optional<client_abilities> read(std::string_view server_id, std::string_view id) const;

private:
    std::string code_of(std::string_view server_id, std::string_view facts) const;

    base::secret key_;
    const base::clock& clock_;
};

}  // namespace tollgate::mcp
