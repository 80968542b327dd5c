// Session ids that verify themselves (MCP 2025-11-25 basic/transports §Session Management): no
// instance stores a session, so none is lost with an instance.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace tollgate::mcp {

// The client's capabilities for answering questions, as declared in initialize.
struct client_abilities {
    bool elicitation = false;  // by form
    bool sampling = false;
    bool roots = false;
    bool links = false;  // elicitation by opening a URL

    bool any() const { return elicitation || links || sampling || roots; }
    bool operator==(const client_abilities&) const = default;
};

// Creates and reads session ids: the client's capabilities and the start time, with a code over
// these and the MCP server. An id is not a credential: without the token it gives no access.
// Immutable, thread-safe; every instance with the same key reads every id.
class session_ids {
public:
    // `key`: 32 bytes. `clock` outlives this.
    session_ids(base::secret key, const base::clock& clock);

    // A new id, visible ASCII.
    std::string make(std::string_view server_id, const client_abilities& client) const;

    // The content of an id created for that server; nullopt for any other text, including the same
    // id in upper case.
    std::optional<client_abilities> read(std::string_view server_id, std::string_view id) const;

    // When the session of a valid id began, to the second.
    static base::timestamp began_at(std::string_view id);

private:
    std::string code_of(std::string_view server_id, std::string_view facts) const;

    base::secret key_;
    const base::clock& clock_;
};

}  // namespace tollgate::mcp
