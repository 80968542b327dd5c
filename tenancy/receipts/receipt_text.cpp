#include "tenancy/receipts/receipt_text.hpp"

#include <optional>
#include <string_view>

#include "base/json_text.hpp"
#include "tenancy/receipts/receipt_rules.hpp"

namespace tollgate::tenancy {

namespace {

// Writes members, absent ones as null or not at all.
class writer {
public:
    writer(std::string& out, receipt_view view) : members_(out), view_(view) {}

    void text(std::string_view key, std::string_view value) {
        if (value.empty())
            absent(key);
        else
            members_.text(key, value);
    }
    void number(std::string_view key, const std::optional<std::int64_t>& value) {
        if (!value)
            absent(key);
        else
            members_.number(key, *value);
    }
    void time(std::string_view key, const std::optional<storage::timestamp>& value) {
        text(key, value ? base::format_timestamp(*value) : std::string{});
    }

    void truth(std::string_view key) { members_.truth(key, true); }

private:
    void absent(std::string_view key) {
        if (view_ == receipt_view::full) members_.raw(key, "null");
    }

    base::json_members members_;
    receipt_view view_;
};

}  // namespace

std::string receipt_json(const storage::receipt_row& receipt, receipt_view view) {
    const auto& outcome = receipt.outcome;
    std::string out = "{";
    writer to{out, view};
    to.text("id", receipt.id);
    to.text("state", to_string(outcome.state));
    to.text("tool", receipt.tool);
    if (view == receipt_view::full) {
        to.text("integrated_account_id", receipt.account_id);
        to.text("mcp_server_id", receipt.server_id);
    }
    to.text("connected_account", receipt.connected_account);
    to.text("operation_key", receipt.operation_key);
    if (!receipt.order_id.empty()) to.text("order_id", receipt.order_id);
    to.text("object", outcome.object);
    to.text("object_id", outcome.object_id);
    to.number("amount", outcome.amount);
    to.text("currency", outcome.currency);
    to.number("status", outcome.status == 0 ? std::nullopt : std::optional{outcome.status});
    to.text("error_code", outcome.error_code);
    to.text("stripe_request", outcome.request_id);
    if (view == receipt_view::full) {
        to.text("settled_by", receipt.settled_by);
        to.text("settled_reason", receipt.settled_reason);
    } else if (!receipt.settled_by.empty()) {
        to.truth("stated");
    }
    to.number("attempts", receipt.attempts);
    to.time("created_at", receipt.created_at);
    to.time("finished_at", receipt.finished_at);
    to.time("next_attempt_at", receipt.resolve_at);
    return out + '}';
}

}  // namespace tollgate::tenancy
