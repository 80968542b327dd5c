// The stored records of a team's webhooks: one struct per table.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// An address that a team wants to receive events at.
struct webhook_row {
    std::string id;  // whk_…
    std::string team_id;
    std::string name;
    std::string format;      // "standard", "slack"
    std::string host;        // of the address; the rest of it may be a secret
    std::string events;      // names of approval events, a space before and after each
    std::string created_by;  // key_…
    timestamp created_at;
    sealed_blob content{};  // address and secret
};

enum class webhook_delivery_state : std::uint8_t { waiting, delivered, given_up };

// The names of the states, in their order: as they are stored and shown.
constexpr std::array<std::string_view, 3> webhook_delivery_state_names{"waiting", "delivered",
                                                                       "given_up"};

// One event sent, or to be sent, to a webhook.
struct webhook_delivery_row {
    std::string webhook_id;
    std::string id;  // "apr_…_created": the approval and the event; the message's id as well
    std::string team_id;
    std::string approval_id;
    std::string event;
    webhook_delivery_state state = webhook_delivery_state::waiting;
    std::int64_t attempts = 0;
    std::string last_error;  // of the last attempt that failed, or empty
    timestamp created_at;
    std::optional<timestamp> due_at{};  // while it waits: the next attempt
    std::optional<timestamp> delivered_at{};
};

}  // namespace tollgate::storage
