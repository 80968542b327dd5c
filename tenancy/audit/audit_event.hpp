// The content of an audit record about one call, refusal or change, and its stored form.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/audit_rows.hpp"

namespace tollgate::tenancy {

// The kinds of records.
namespace audit_kind {
// A tool call that wrote nothing, was refused, or was answered from a receipt.
inline constexpr std::string_view call = "call";
// A write: before it is sent, and with its outcome.
inline constexpr std::string_view write_intended = "write_intended";
inline constexpr std::string_view write_finished = "write_finished";
// A write whose answer was lost and whose outcome the gateway looked up.
inline constexpr std::string_view write_resolved = "write_resolved";
// An approval that ended without a denial: it expired, or its call may no longer be executed.
inline constexpr std::string_view approval_ended = "approval_ended";
// A change through the admin API: before it is made, and with its outcome.
inline constexpr std::string_view admin_intended = "admin_intended";
inline constexpr std::string_view admin_finished = "admin_finished";
// A read of the admin API for which Stripe was asked.
inline constexpr std::string_view admin_read = "admin_read";
// The oldest entries of the team's log were removed, because their retention has ended.
inline constexpr std::string_view retention_removed = "retention_removed";
// A request of the admin API that was refused: no valid key, an insufficient role, or a rule.
inline constexpr std::string_view admin_refused = "admin_refused";
}  // namespace audit_kind

// Used in place of a team's id for records that belong to no team, such as the use of an unknown
// key. Only an instance owner can read them.
inline constexpr std::string_view installation_log = "installation";

// Empty members are left out of the record. No member may hold a secret: tokens and keys appear as
// fingerprints or public ids.
struct audit_event {
    std::string_view kind = audit_kind::call;
    std::string team_id;
    std::string actor;       // key_…, or tok_… for the token of an MCP URL or an authorization
    std::string account_id;  // ia_…
    std::string server_id;   // mcp_…
    std::string client;      // the client's name for itself: "Claude/1.2"
    std::string mcp_method;  // "tools/call"
    std::string tool;
    std::string arguments_digest;  // SHA-256 of the arguments, in hex
    std::string arguments{};       // JSON object without text that a person wrote; or empty
    std::string action;            // of the admin API: "POST /team/freeze"
    std::string changed_from;      // JSON of the members that changed, before and after
    std::string changed_to;
    std::string decision = "allowed";  // or "refused", or "needs_approval"
    std::string rule;     // what refused it: "filter", "rate_limit", "arguments", a code
    std::string layer{};  // whose rule it is, as to_string(layer) has it
    std::int64_t policy_version = 0;  // of that layer's rules
    std::string would_deny{};  // rules that only observe and would have refused: "team/small"
    std::string approval;      // how people agreed: apr_…, or "confirmation"; or empty
    std::string receipt_id;    // rcp_…
    std::string outcome;       // "succeeded", "failed", "unknown", "replayed"
    std::string error_code;
    std::string object_id;                 // Stripe's id
    std::string stripe_request;            // req_…
    std::string request_id;                // of the HTTP request
    std::string remote;                    // address of the client, for the admin API
    std::int64_t left_out = 0;             // records about unknown callers left out before this one
    std::optional<std::int64_t> status{};  // HTTP status of Stripe's answer, or of the admin API's
    std::optional<std::chrono::microseconds> duration{};
};

// The maximum size of an entry in bytes (C2SP tlog-tiles: an entry is shorter than 64 KiB).
constexpr std::size_t audit_entry_max = 65'535;

// Makes the record of `event` at time `now`. Its entry is one JSON object without white space, with
// its members in the order of their names, and begins with the record's id. Texts are cut to 1,000
// bytes; changes that would make the entry too long are left out, and the member `cut` says so.
storage::audit_row audit_row_of(audit_event event, base::timestamp now);

// Returns "tok_" and 16 hex digits of a token's stored hash: it identifies the token and gives no
// access.
std::string public_token_id(std::string_view token_digest);

}  // namespace tollgate::tenancy
