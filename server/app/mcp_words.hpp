// What instances that share a Redis tell each other of MCP: calls that are cancelled, sessions that
// are ended, answers to questions in the middle of a call. None of it must arrive.
#pragma once
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "server/app/mcp_state.hpp"
#include "tenancy/changes/redis_bus.hpp"

namespace tollgate::server {

class mcp_words {
public:
    // References outlive this. `key`, 32 bytes, seals answers: what people said to a client is not
    // to be read in Redis.
    mcp_words(mcp_state& of, base::secret key) : of_(of), key_(std::move(key)) {}

    // Has the subjects tell other instances over `bus`, which outlives the loops. Call before they
    // run.
    void speak(tenancy::redis_bus& bus);

    // A word of the bus, and what it is about.
    void heard(std::string_view word, std::string_view about) const;

private:
    void heard_answer(std::string_view about) const;

    mcp_state& of_;
    base::secret key_;
};

}  // namespace tollgate::server
