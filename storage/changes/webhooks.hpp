// Changes of a team's webhooks; see change.hpp. Deliveries are added by the changes of approvals.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "storage/webhook_rows.hpp"

namespace tollgate::storage {

// Fails with errc::limit_exceeded "limit_reached" if the team has `most` webhooks.
struct add_webhook {
    webhook_row row;
    std::int64_t most = 0;
};

// Removes a webhook with its deliveries. Fails with not_found.
struct remove_webhook {
    std::string team_id;
    std::string id;
};

// Claims the webhook's delivery that has been due for the longest, if one is due at `now`; no other
// instance gets it before `until`. Read `taken` only after the commit has succeeded.
struct claim_webhook_delivery {
    std::string webhook_id;
    timestamp now;
    timestamp until;
    std::shared_ptr<std::optional<webhook_delivery_row>> taken;
};

// Records the result of an attempt, unless another attempt has begun since.
struct finish_webhook_delivery {
    webhook_delivery_row row;  // with its new state, due_at, delivered_at and last_error
};

// Makes a delivery due at `now`, whatever its state. Fails with not_found.
struct repeat_webhook_delivery {
    std::string team_id;
    std::string webhook_id;
    std::string id;
    timestamp now;
};

// Removes deliveries that were added before `before`, at most 1,000 at a time.
struct purge_webhook_deliveries {
    timestamp before;
};

}  // namespace tollgate::storage
