// The state of a call that waits for its client's answers, carried by the client (MCP 2026-07-28
// basic/patterns/mrtr §requestState).
#pragma once
#include <simdjson.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace tollgate::mcp {

// Which call a state belongs to.
struct call_identity {
    std::string_view server_id;
    std::string_view method;  // tools/call or prompts/get
    std::string_view name;    // of the tool or prompt
    std::optional<simdjson::dom::object> arguments;
};

// Seals what the client cannot read, change, use for another call, or use late. Every instance with
// the same key opens it. Immutable, thread-safe.
class input_seal {
public:
    static constexpr std::chrono::minutes lifetime{15};

    // `key`: 32 bytes. `clock` outlives this.
    input_seal(base::secret key, const base::clock& clock);

    // As text for JSON.
    std::string seal(const call_identity& call, std::string_view state) const;

    // The state; nullopt when it is of another call, changed, or older than lifetime.
    std::optional<std::string> open(const call_identity& call, std::string_view sealed) const;

private:
    base::secret key_;
    const base::clock& clock_;
};

}  // namespace tollgate::mcp
