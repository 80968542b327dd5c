// Changes of receipts; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/audit_rows.hpp"
#include "storage/cap_rows.hpp"
#include "storage/order_rows.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

// The result of begin_receipt.
struct receipt_begun {
    // The receipt that already has the operation key; nothing was added.
    std::optional<receipt_row> existing;
    std::optional<receipt_row> equal;  // the newest receipt of an equal request
};

// The approval that a write uses up. It must be approved, not expired at `now`, and for the same
// request; otherwise the change fails with conflict "approval_used", and nothing is begun.
struct use_approval {
    std::string id;
    timestamp now;
};

// Adds a receipt and its audit records, unless the account already has one with its operation key.
// Also looks for an equal request of the account with another key, made at `equal_since` or later,
// that did not fail. Read `begun` only after the commit has succeeded. Fails with conflict
// "writes_stopped" if the MCP server is revoked, or if it, its account or its team is suspended or
// frozen: a write is either recorded before a freeze or refused.
struct begin_receipt {
    receipt_row row;
    timestamp equal_since;
    std::shared_ptr<receipt_begun> begun;
    std::vector<audit_row> audit{};
    std::optional<use_approval> approval{};  // used up only if the receipt is added
    // Reserved only if the receipt is added; if a cap has no room, the change fails with conflict
    // "cap_reached" (field: the cap). Sorted by cap.
    std::vector<cap_claim> caps{};
    // The order that a refund is for. If its remaining amount, less what its unresolved receipts
    // hold, is smaller than the refund, the change fails with conflict "order_changed", or with
    // "order_busy" if the order may soon have room.
    std::optional<order_claim> order{};
};

// Starts another attempt of a receipt that is unresolved or failed: state intended, attempts + 1.
// Fails with conflict "receipt_changed" if its attempts are not `attempts`, it has succeeded, an
// attempt to find its outcome out is running, or a person has stated its outcome.
// With `by_call`, fails with "writes_stopped" as begin_receipt does.
struct retake_receipt {
    std::string team_id;
    std::string id;
    std::int64_t attempts = 0;
    timestamp sent_at;
    timestamp resolve_at;
    std::string sent_by;
    std::optional<sealed_blob> request{};  // absent: the stored one stays
    bool by_call = false;
    std::optional<use_approval> approval{};
    std::vector<cap_claim> caps{};       // as for begin_receipt
    std::optional<order_claim> order{};  // as for begin_receipt
};

// Records the outcome of attempt `attempts`, and erases the request if the outcome is known or
// `resolve_at` is absent. A receipt that has succeeded or failed is not changed; one with a newer
// attempt is changed only by a success. When the outcome is known, the receipt's reservations of
// caps are settled, and a success of a receipt with an order adds to the refund log and changes the
// order.
struct finish_receipt {
    std::string team_id;
    std::string id;
    std::int64_t attempts = 0;
    receipt_outcome outcome;
    timestamp finished_at;
    std::optional<timestamp> resolve_at;
};

// Records the outcome of an unknown write as a person states it, with its audit record, and erases
// the request: nothing looks for it any more, and no attempt begins again. Of caps and orders it
// does what finish_receipt does. Fails with conflict "receipt_changed" unless the outcome is
// unknown, no attempt to find it out is running, and its attempts are `attempts`.
struct settle_receipt {
    std::string team_id;
    std::string id;
    std::int64_t attempts = 0;
    receipt_outcome outcome;
    timestamp finished_at;
    std::string settled_by;
    std::string settled_reason;
    audit_row audit;
};

// Takes up to `limit` receipts that are due at `now`, as a new attempt each; no
// other instance gets them before `until`. They are put into `taken`, with their requests; read it
// only after the commit has succeeded.
struct claim_receipts {
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::string sent_by;
    std::shared_ptr<std::vector<receipt_row>> taken;
};

// Makes unresolved receipts due at `now`, because their sender no longer runs: those of one
// instance, unless it is in the list of instances; or, if `sent_by` is empty, all, at the start
// with a store that no other process uses.
struct release_receipts {
    timestamp now;
    std::string sent_by{};
};

}  // namespace tollgate::storage
