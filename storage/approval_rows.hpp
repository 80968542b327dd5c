// The stored records of approvals: one struct per table, and what they are searched by.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// The state of an approval: whether its call may be sent.
enum class approval_state : std::uint8_t {
    pending,   // people have not decided
    approved,  // enough people agreed; the call is about to be executed
    executed,  // the call's receipt was begun
    denied,    // a person refused
    expired,   // not decided, or not sent, in time
    voided,    // the call may not be executed any more
};

// The names of the states, in their order: as they are stored and shown.
constexpr std::array<std::string_view, 6> approval_state_names{"pending", "approved", "executed",
                                                               "denied",  "expired",  "voided"};

// One call that waits, or waited, for approval.
struct approval_row {
    std::string id;  // apr_…
    std::string team_id;
    std::string account_id;  // ia_…
    std::string server_id;   // mcp_…
    std::string tool;
    std::string layer;                // of the rule that asked: "team", "account", "server"
    std::string rule;                 // its id
    std::int64_t policy_version = 0;  // of that layer
    std::string reason;               // the rule's sentence for the model
    std::string request_digest;       // SHA-256 of the request, without the key; as in receipts
    std::string receipt_id;           // rcp_… that the execution will have
    std::string operation_key;        // that the execution will have
    std::string asked_by;             // tok_…: public id of the token that asked
    std::string token_digest;         // token_hash::digest of that token
    std::string client;               // what the client says of itself, or empty
    std::string holder;               // of the MCP server, or empty
    std::int64_t needed = 1;          // different approvers
    bool by_people = false;           // API keys do not count
    std::string group_names{};        // comma-separated; a member of each group must agree
    approval_state state = approval_state::pending;
    std::string end_code;    // why it is denied, expired or voided: "denied", "server_gone"
    std::string end_reason;  // the same as a sentence; for a denial, the approver's words
    timestamp created_at;
    timestamp expires_at;
    std::optional<timestamp> decided_at{};  // when it was approved or denied
    std::optional<timestamp> ended_at{};    // when it left pending and approved
    // While approved: when the call is executed, or executed again.
    std::optional<timestamp> due_at{};
    std::int64_t attempts = 0;  // how often an instance has claimed it for execution
    std::string worked_by{};    // inst_… of the last attempt
    sealed_blob content{};      // arguments and preview, until the approval ends; not in lists
};

// An approver's answer.
struct approval_vote {
    std::string approver;  // key_… or per_…
    bool agreed = false;
    std::string reason;  // or empty
    timestamp voted_at;
};

// A search over a team's approvals. Absent and empty fields are ignored; all others must match.
struct approval_search {
    std::optional<approval_state> state{};
    std::string server_id{};
    std::string tool{};
};

}  // namespace tollgate::storage
