#include "server/admin/orders_text.hpp"

#include <string_view>

#include "base/clock.hpp"
#include "base/json_text.hpp"

namespace tollgate::admin {

namespace {

void text_or_null(base::json_members& to, std::string_view key, std::string_view value) {
    if (value.empty())
        to.raw(key, "null");
    else
        to.text(key, value);
}

std::string counts_json(const storage::import_counts& counts) {
    std::string out = "{";
    base::json_members to{out};
    to.number("added", counts.added)
        .number("changed", counts.changed)
        .number("unchanged", counts.unchanged);
    return out + '}';
}

}  // namespace

std::string order_json(const storage::order_row& order) {
    std::string out = "{";
    base::json_members to{out};
    to.text("id", order.id).text("customer_id", order.customer_id);
    text_or_null(to, "payment_id", order.payment_id);
    to.number("amount", order.amount)
        .text("currency", order.currency)
        .number("refunded", order.refunded)
        .text("status", storage::order_status_names.at(static_cast<std::size_t>(order.status)))
        .text("created_at", base::format_timestamp(order.created_at));
    return out + '}';
}

std::string customer_json(const storage::order_customer_row& customer) {
    std::string out = "{";
    base::json_members to{out};
    to.text("id", customer.id).text("email", customer.email);
    text_or_null(to, "name", customer.name);
    text_or_null(to, "stripe_customer_id", customer.stripe_customer_id);
    to.text("created_at", base::format_timestamp(customer.created_at));
    return out + '}';
}

std::string refund_json(const storage::refund_log_row& refund) {
    std::string out = "{";
    base::json_members to{out};
    to.text("id", refund.id);
    text_or_null(to, "order_id", refund.order_id);
    text_or_null(to, "payment_id", refund.payment_id);
    text_or_null(to, "stripe_refund_id", refund.stripe_refund_id);
    text_or_null(to, "receipt_id", refund.receipt_id);
    to.number("amount", refund.amount);
    text_or_null(to, "currency", refund.currency);
    text_or_null(to, "reason", refund.reason);
    text_or_null(to, "refunded_by", refund.refunded_by);
    to.text("created_at", base::format_timestamp(refund.created_at));
    return out + '}';
}

std::string import_json(const import_report& report) {
    std::string lines = "[";
    for (const auto& one : report.lines) {
        if (lines.size() > 1) lines += ',';
        std::string item = "{";
        base::json_members{item}.number("line", one.line).text("reason", one.reason);
        lines += item + '}';
    }
    lines += ']';
    std::string out = "{";
    base::json_members to{out};
    to.truth("dry_run", report.dry_run)
        .raw("customers", counts_json(report.customers))
        .raw("orders", counts_json(report.orders))
        .number("rejected", report.rejected)
        .raw("rejected_lines", lines);
    return out + '}';
}

std::string sync_json(const tenancy::order_sync_page& page) {
    std::string out = "{";
    base::json_members to{out};
    to.raw("customers", counts_json(page.customers))
        .raw("orders", counts_json(page.orders))
        .number("not_paid", page.not_paid)
        .number("no_customer", page.no_customer)
        .number("id_taken", page.id_taken);
    text_or_null(to, "next", page.next);
    return out + '}';
}

}  // namespace tollgate::admin
