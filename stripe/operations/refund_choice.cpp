#include "stripe/operations/refund_choice.hpp"

#include <simdjson.h>

#include <algorithm>

#include "stripe/answer/text.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::int64_t choice_max = 10;      // orders that are offered
constexpr std::int64_t looked_at_max = 100;  // of each customer, if none is named
constexpr std::string_view charge_reader = "get_single_stripe_charge_by_id";

bool is_of(const storage::order_row& order,
           const std::vector<storage::order_customer_row>& customers) {
    return std::ranges::any_of(customers,
                               [&](const auto& one) { return one.id == order.customer_id; });
}

broken_rule not_theirs(const std::string& what) {
    return {"order_owner", "There is no order " + what + " of that customer.",
            "get_order_history shows the customer's orders."};
}

base::awaitable<chosen_order> by_id(const operation_context& in, std::string id,
                                    const std::vector<storage::order_customer_row>& customers) {
    const std::string named = id;
    auto found = co_await in.desk.find_order(in.grant, std::move(id));
    if (!found) co_return found.error();
    // An order of another customer gets the same answer, so that its owner cannot be found out.
    if (!*found || !is_of(**found, customers)) co_return not_theirs(named);
    co_return std::move(**found);
}

// The intent of a charge, if the server may read the charge; otherwise empty.
base::awaitable<std::string> intent_of_charge(const operation_context& in, std::string charge) {
    if (charge.starts_with("pi_") || !shows_tool(in.grant, charge_reader)) co_return std::string{};
    std::string arguments = "{";
    base::json_members{arguments}.text("id", charge).raw("fields", R"(["id","payment_intent"])");
    arguments += '}';
    const auto read = co_await read_by_tool(in, charge_reader, std::move(arguments));
    simdjson::dom::parser parser;
    std::string_view intent;
    if (read.is_error || parser.parse(read.text)["payment_intent"].get(intent) != simdjson::SUCCESS)
        co_return std::string{};
    co_return std::string(intent);
}

base::awaitable<chosen_order> by_payment(
    const operation_context& in, std::string payment, std::string_view before,
    const std::vector<storage::order_customer_row>& customers) {
    const std::string named = payment;
    auto found = co_await in.desk.orders_by_payment(in.grant, std::move(payment));
    if (found && found->empty()) {
        auto intent = co_await intent_of_charge(in, named);
        if (!intent.empty())
            found = co_await in.desk.orders_by_payment(in.grant, std::move(intent));
    }
    if (!found) co_return found.error();
    std::erase_if(*found, [&](const auto& one) { return !is_of(one, customers); });
    if (found->empty()) co_return not_theirs("paid by " + named);
    if (found->size() == 1) co_return std::move(found->front());
    for (auto& one : *found)
        if (one.id == before) co_return std::move(one);
    co_return order_choice{std::move(*found), false};
}

// The order of an earlier call with the same operation key; empty if there is none.
base::awaitable<std::string> order_before(const operation_context& in) {
    if (in.call.operation_key.empty()) co_return std::string{};
    std::string key{in.call.operation_key};
    auto known = co_await in.shared.receipts.find_for(in.grant, std::move(key));
    if (!known) co_return std::string{};
    co_return std::move(known->order_id);
}

}  // namespace

tenancy::order_refund refund_of(const operation_context& in, const storage::order_row& order,
                                std::optional<std::int64_t> amount) {
    tenancy::order_refund out;
    out.customer_id = order.customer_id;
    auto& link = out.link;
    link.order_id = order.id;
    link.payment_id = order.payment_id;
    link.amount = amount.value_or(order.amount - order.refunded);
    const auto currency = in.given.text("currency");
    link.currency = currency.empty() ? order.currency : currency;
    link.reason = mask_cards(mask_secrets(in.given.text("reason")));
    link.refunded_by = in.grant.server_name;
    const auto& client = in.record.event().client;
    if (!client.empty()) link.refunded_by += ", " + client;
    return out;
}

base::awaitable<chosen_order> choose_order(
    const operation_context& in, const std::vector<storage::order_customer_row>& customers) {
    const auto order = in.given.text("order");
    const auto payment = in.given.text("payment");
    if (!order.empty() && order != "latest") {
        auto out = co_await by_id(in, order, customers);
        co_return out;
    }
    // A repeated call means the order of its receipt, whatever can be refunded now.
    const auto before = co_await order_before(in);
    if (order.empty() && !payment.empty()) {
        auto out = co_await by_payment(in, payment, before, customers);
        co_return out;
    }
    if (!before.empty()) {
        auto out = co_await by_id(in, before, customers);
        co_return out;
    }
    tenancy::order_page newest;
    newest.limit = looked_at_max;
    auto found = co_await read_orders(in, customers, std::move(newest));
    if (!found) co_return found.error();
    if (!order.empty() && !found->rows.empty()) co_return std::move(found->rows.front());
    const auto at = in.shared.now_for_refunds();
    const auto amount = in.given.number("amount");
    std::vector<storage::order_row> fitting;
    for (const auto& one : found->rows)
        if (!broken_by_order(refund_of(in, one, amount), one, at)) fitting.push_back(one);
    if (fitting.size() == 1 && !found->more) co_return std::move(fitting.front());
    order_choice out;
    out.orders = fitting.empty() ? std::move(found->rows) : std::move(fitting);
    out.more = found->more || std::ssize(out.orders) > choice_max;
    if (std::ssize(out.orders) > choice_max) out.orders.resize(choice_max);
    co_return out;
}

}  // namespace tollgate::stripe
