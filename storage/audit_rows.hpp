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
    std::optional<std::int64_t> position{};  // in the team's log, from 0; absent until it has one
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

// A record as the log takes it.
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
    std::int64_t kept_from = 0;  // entries before this position were removed; their hashes stay
    std::string retention{};     // the signed statement that says so; empty while none was removed
};

// A tile of hashes: up to 256 of a level, 32 bytes each.
struct audit_tile {
    std::int64_t level = 0;
    std::int64_t number = 0;
    std::string hashes;
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
