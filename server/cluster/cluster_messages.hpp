// What instances that share a Redis tell each other of MCP: calls that are cancelled, sessions that
// are ended, answers to questions in the middle of a call. Delivery is best effort.
#pragma once
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "mcp/session/session_book.hpp"
#include "mcp/tools/cancellations.hpp"
#include "mcp/tools/questions.hpp"
#include "tenancy/changes/redis_bus.hpp"

namespace tollgate::server {

// What is told of. References outlive whoever has it.
struct message_subjects {
    mcp::cancellations& cancelled;
    mcp::session_book& sessions;
    mcp::questions& asked;
};

class cluster_messages {
public:
    // `key`, 32 bytes, seals answers: what people said to a client is not to be read in Redis.
    cluster_messages(message_subjects of, base::secret key) : of_(of), key_(std::move(key)) {}

    // Has the subjects tell other instances over `bus`, which outlives the loops. Call before they
    // run.
    void speak(tenancy::redis_bus& bus);

    // A word of the bus, and what it is about.
    void heard(std::string_view word, std::string_view about) const;

private:
    void heard_answer(std::string_view about) const;

    message_subjects of_;
    base::secret key_;
};

}  // namespace tollgate::server
