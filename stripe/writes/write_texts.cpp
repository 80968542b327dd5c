#include "stripe/writes/write_texts.hpp"

#include <chrono>

#include "base/json_text.hpp"
#include "mcp/tool_provider.hpp"
#include "tenancy/receipts/receipt_rules.hpp"
#include "tenancy/receipts/receipt_text.hpp"

namespace tollgate::stripe {

namespace {

using storage::receipt_state;
using tenancy::receipt_view;

std::string time_text(const storage::receipt_row& receipt) {
    return base::format_timestamp(receipt.created_at);
}

std::string with_error(const storage::receipt_row& receipt, const std::string& error) {
    std::string out = "{";
    base::json_members{out}.text("receipt", receipt.id).raw("error", error + '}');
    return out + '}';
}

// What is known of a write with an outcome. An outcome that a person has stated is named as such.
std::string known_text(const storage::receipt_row& receipt) {
    const bool failed = receipt.outcome.state == receipt_state::failed;
    constexpr std::string_view nothing = ". Nothing was sent now.";
    std::string out;
    if (receipt.settled_by.empty()) {
        out = failed ? "This write was refused at " : "This write was executed at ";
        return (out += time_text(receipt)) += nothing;
    }
    out = "An administrator stated at ";
    out += base::format_timestamp(receipt.finished_at.value_or(receipt.created_at));
    out += failed ? " that this write was not done" : " that this write was done";
    return out += nothing;
}

std::string waiting_at_stripe_text(const storage::receipt_row& receipt) {
    std::string error = "{";
    base::json_members{error}
        .text("source", "tollgate")
        .text("type", "outcome_unknown")
        .text("code", tenancy::waits_at_stripe)
        .text("message", "This write was sent at " + time_text(receipt) +
                             ", and Stripe asked a person to approve it. Nothing was sent now.")
        .truth("retryable", false)
        .text("next_step",
              "The person decides in Stripe's Dashboard, and Stripe then does it by itself. "
              "Reading the object shows whether it was done. With another operation_key it would "
              "be a second write.")
        .text("operation_key", receipt.operation_key);
    return with_error(receipt, error);
}

}  // namespace

std::string unrecorded_text(const base::failure& why) {
    const bool conflict = why.kind == base::errc::conflict;
    const bool stopped = why.kind == base::errc::forbidden;
    std::string_view next = "Nothing was sent. The same call may work later.";
    if (conflict)
        next =
            "Nothing was sent. Another write needs another operation_key; the same "
            "write has the same arguments.";
    if (stopped)
        next =
            "Nothing was sent. Only an administrator can allow writes again; trying "
            "again does not help.";
    std::string error = "{";
    base::json_members members{error};
    members.text("source", "tollgate")
        .text("type", conflict  ? "invalid_arguments"
                      : stopped ? "frozen"
                                : "audit_unavailable")
        .text("code", why.code);
    if (!why.field.empty()) members.text("param", why.field);
    members.text("message", why.message)
        .truth("retryable", !conflict && !stopped)
        .text("next_step", next);
    std::string out = "{";
    base::json_members{out}.raw("error", error + '}');
    return out + '}';
}

std::string unknown_outcome_text(const storage::receipt_row& receipt) {
    if (tenancy::waits_for_stripe(receipt)) return waiting_at_stripe_text(receipt);
    const bool running = receipt.outcome.state == receipt_state::intended;
    std::string error = "{";
    base::json_members{error}
        .text("source", "tollgate")
        .text("type", "outcome_unknown")
        .text("code", running ? "in_progress" : "outcome_unknown")
        .text("message", running ? "This write began at " + time_text(receipt) +
                                       " and its outcome is not known yet. Nothing was sent now."
                                 : "This write was sent at " + time_text(receipt) +
                                       " and whether it was executed is not known. Nothing was "
                                       "sent now.")
        .truth("retryable", running)
        .text("next_step", running
                               ? "get_receipt shows its outcome once it is known. With another "
                                 "operation_key it would be a second write."
                               : "Reading the object shows whether it was executed. With another "
                                 "operation_key it would be a second write.")
        .text("operation_key", receipt.operation_key);
    return with_error(receipt, error);
}

std::string unknown_before_text(const storage::receipt_row& receipt) {
    std::string error = "{";
    base::json_members{error}
        .text("source", "tollgate")
        .text("type", "outcome_unknown")
        .text("code", "outcome_unknown")
        .text("message",
              "An earlier attempt of this write may have been executed; this one was "
              "refused: " +
                  receipt.outcome.error_code + ".")
        .truth("retryable", true)
        .text("next_step",
              "The same call with the same arguments and this operation_key gives the outcome "
              "without doing it twice. With another operation_key it would be a second write.")
        .text("operation_key", receipt.operation_key);
    std::string out = "{";
    base::json_members{out}.raw("error", error + '}');
    return out + '}';
}

std::string replayed_text(const storage::receipt_row& receipt, std::string_view source) {
    std::string out = "{";
    base::json_members members{out};
    members.raw("receipt", tenancy::receipt_json(receipt, receipt_view::brief))
        .truth("replayed", true);
    const std::string known = known_text(receipt);
    if (receipt.outcome.state != receipt_state::failed) {
        members.text("message", known);
        return out + '}';
    }
    std::string error = "{";
    base::json_members{error}
        .text("source", receipt.settled_by.empty() ? source : "tollgate")
        .text("code", receipt.outcome.error_code)
        .text("message", known)
        .truth("retryable", false)
        .text("next_step", "A new attempt needs a new operation_key.");
    members.raw("error", error + '}');
    return out + '}';
}

std::string with_receipt(std::string text, std::string_view receipt_id, bool replayed) {
    if (!text.starts_with('{') || receipt_id.empty()) return text;
    std::string first = "{";
    base::json_members members{first};
    members.text("receipt", receipt_id);
    if (replayed) members.truth("replayed", true);
    if (!text.starts_with("{}")) first += ',';
    text.replace(0, 1, first);
    return text;
}

std::string equal_write_note(const storage::receipt_row& equal, base::timestamp now) {
    const auto ago = std::chrono::duration_cast<std::chrono::minutes>(now - equal.created_at);
    const std::string when = ago.count() < 1     ? "less than a minute"
                             : ago.count() == 1  ? "1 minute"
                             : ago.count() < 120 ? std::to_string(ago.count()) + " minutes"
                                                 : std::to_string(ago.count() / 60) + " hours";
    return "An equal write was made " + when + " ago (receipt " + equal.id + ", " +
           std::string(tenancy::to_string(equal.outcome.state)) +
           "); this one was sent as well, as a write of its own.";
}

std::string receipt_meta(std::string_view receipt_id, std::string_view operation_key,
                         bool replayed) {
    std::string out;
    base::json_members members{out};
    members.text("tollgate/receipt", receipt_id).text(mcp::operation_meta_key, operation_key);
    if (replayed) members.truth("tollgate/replayed", true);
    return out;
}

}  // namespace tollgate::stripe
