// MCP messages between instances that share a Redis: cancelled calls, ended sessions, and answers
// to questions asked during a call. Delivery is best effort.
#pragma once
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "mcp/session/session_registry.hpp"
#include "mcp/streams/stream_hub.hpp"
#include "mcp/tools/cancellations.hpp"
#include "mcp/tools/questions.hpp"
#include "tenancy/changes/redis_bus.hpp"

namespace tollgate::server {

// The receivers of messages. References outlive every user.
struct message_subjects {
    mcp::cancellations& cancelled;
    mcp::session_registry& sessions;
    mcp::questions& asked;
    mcp::stream_hub& streams;
};

class cluster_messages {
public:
    // `key`, 32 bytes, seals answers, so that people's answers cannot be read in Redis.
    cluster_messages(message_subjects subjects, base::secret key)
        : subjects_(subjects), key_(std::move(key)) {}

    // Makes the subjects notify other instances over `bus`, which outlives the loops. Call before
    // they run.
    void send_over(tenancy::redis_bus& bus);

    // Handles a message of the bus: a word and its subject.
    void receive(std::string_view word, std::string_view about) const;

private:
    void receive_answer(std::string_view about) const;

    message_subjects subjects_;
    base::secret key_;
};

}  // namespace tollgate::server
