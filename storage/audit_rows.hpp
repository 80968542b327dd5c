// The stored records of the audit log: one struct per table, and what they are searched by.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tollgate::storage {

// One record: of a call, a refusal or a change.
struct audit_row {
    std::string id;  // aud_…
    std::string team_id;
    base::timestamp recorded_at;
    std::optional<std::int64_t> position{};  // in the team's log, from 0; absent until assigned
    std::string kind;        // "call", "call_intended", "admin", …: tenancy/audit has the list
    std::string actor;       // key_… or oaz_… or a token's public name; or empty
    std::string server_id;   // mcp_…, or empty
    std::string tool;        // or empty
    std::string decision;    // "allowed" or "refused"
    std::string rule;        // what refused it, or empty
    std::string object_id;   // Stripe's id of the object, or empty
    std::string request_id;  // of the HTTP request
    std::string receipt_id;  // rcp_…, or empty
    std::string entry;       // the whole record: canonical JSON under 64 KiB
};

// A record as stored in the log.
struct audit_entry {
    std::string id;
    base::timestamp recorded_at;
    std::optional<std::int64_t> position{};
    std::string entry;
};

// The records of a team that have no position yet.
struct audit_waiting {
    std::string team_id;
    std::int64_t records = 0;
    base::timestamp oldest;
};

// The head of a team's log, and its newest checkpoint.
struct audit_log_row {
    std::string team_id;
    std::int64_t size = 0;
    std::string root;        // 32 bytes
    std::string checkpoint;  // a signed note; empty before the first one
    std::int64_t checkpoint_size = 0;
    std::optional<base::timestamp> signed_at{};
    std::int64_t kept_from = 0;  // older entries were removed; their hashes are kept
    std::string retention{};     // the signed statement of that removal; empty if none was removed
};

// A count for one hour. `what` names what is counted: "calls", "refused" or "failed"; "took:" and a
// bound in milliseconds; or "amount:" or "writes:" and a currency.
struct hourly_count {
    std::string scope_id;   // a team, an account or an MCP server
    std::int64_t hour = 0;  // since 1970-01-01 in UTC
    std::string what;
    std::int64_t amount = 0;
};

// A tile of hashes: up to 256 of a level, 32 bytes each.
struct audit_tile {
    std::int64_t level = 0;
    std::int64_t number = 0;
    std::string hashes;
};

// How far the log of a team has been sent to a destination.
struct audit_delivery_row {
    std::string team_id;
    std::int64_t size = 0;                          // of the log
    std::int64_t checkpoint_size = 0;               // how many entries its newest checkpoint covers
    std::int64_t position = 0;                      // the first `position` entries have been sent
    std::optional<base::timestamp> delivered_at{};  // when the last of them were acknowledged
    std::int64_t attempted = 0;  // while `failures` is not 0: the end of the last batch sent
    std::int64_t failures = 0;   // since the last success
    std::optional<base::timestamp> failed_at{};
    std::optional<base::timestamp> retry_at{};
    std::string last_error;  // a sentence; kept after a success
};

// Which logs have something to send to a destination.
struct audit_delivery_due {
    bool checkpoints = false;  // only entries covered by a checkpoint; otherwise all
    base::timestamp now{};     // a log whose last attempt failed is due from its retry_at
    std::optional<base::timestamp> delivered_before{};  // logs that were sent later are not due
    std::size_t limit = 64;
};

// What all logs together have to send to a destination.
struct audit_delivery_sum {
    std::int64_t records = 0;                    // not sent yet
    std::optional<base::timestamp> oldest{};     // when the oldest of them was recorded
    std::optional<base::timestamp> delivered{};  // the newest success
};

// A search over a team's records. Absent and empty fields are ignored; all others must match.
struct audit_search {
    std::string kind{};
    std::string actor{};
    std::string server_id{};
    std::string tool{};
    std::string decision{};
    std::string rule{};
    std::string object_id{};
    std::string request_id{};
    std::string receipt_id{};
    std::optional<base::timestamp> from{};    // recorded at this time or later
    std::optional<base::timestamp> before{};  // recorded before this time
};

}  // namespace tollgate::storage
