// Changes of a team's webhooks; see change.hpp. What they are told is added by the changes of
// approvals.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "storage/webhook_rows.hpp"

namespace tollgate::storage {

// Fails with errc::limit_exceeded "limit_reached" if the team has `most` of them.
struct add_webhook {
    webhook_row row;
    std::int64_t most = 0;
};

// With its deliveries. Fails with not_found.
struct remove_webhook {
    std::string team_id;
    std::string id;
};

// Takes the delivery of a webhook that is due longest, if one is due at `now`; nobody else gets it
// before `until`. Read `taken` only after the commit has succeeded.
struct claim_webhook_delivery {
    std::string webhook_id;
    timestamp now;
    timestamp until;
    std::shared_ptr<std::optional<webhook_delivery_row>> taken;
};

// Records how an attempt ended, unless another attempt has begun since.
struct finish_webhook_delivery {
    webhook_delivery_row row;  // with the state, due_at, delivered_at and last_error it has now
};

// Makes a delivery due at `now`, whatever its state. Fails with not_found.
struct repeat_webhook_delivery {
    std::string team_id;
    std::string webhook_id;
    std::string id;
    timestamp now;
};

// Removes deliveries that were added before `before`, a thousand at a time.
struct purge_webhook_deliveries {
    timestamp before;
};

}  // namespace tollgate::storage
