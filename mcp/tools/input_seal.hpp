// The state of a call that waits for its client's answers. The client carries it (MCP 2026-07-28
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

// The call that a state belongs to.
struct call_identity {
    std::string_view server_id;
    std::string_view method;  // tools/call or prompts/get
    std::string_view name;    // of the tool or prompt
    std::optional<simdjson::dom::object> arguments;
};

// Seals a state so that the client cannot read or change it, use it for another call, or use it
// after its lifetime. Every instance with the same key can open it. Immutable, thread-safe.
class input_seal {
public:
    static constexpr std::chrono::minutes lifetime{15};

    // `key`: 32 bytes. `clock` outlives this.
    input_seal(base::secret key, const base::clock& clock);

    // Text that is safe in JSON.
    std::string seal(const call_identity& call, std::string_view state) const;

    // The state; nullopt if it belongs to another call, was changed, or is older than `lifetime`.
    std::optional<std::string> open(const call_identity& call, std::string_view sealed) const;

private:
    base::secret key_;
    const base::clock& clock_;
};

}  // namespace tollgate::mcp
