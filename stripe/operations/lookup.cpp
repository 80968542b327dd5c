// lookup_customer: the company's record of a customer, and the one at Stripe.
#include <map>

#include "stripe/operations/operation_calls.hpp"
#include "stripe/operations/order_customers.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::int64_t orders_counted_max = 200;
constexpr int stripe_reads_max = 5;
constexpr std::string_view customer_fields =
    R"(["id","name","email","created","currency","balance","delinquent","description"])";

struct currency_total {
    std::int64_t orders = 0;
    std::int64_t amount = 0;
    std::int64_t refunded = 0;
};

// The totals of a customer's orders by currency; amounts of different currencies are never added.
std::string totals_json(const std::vector<storage::order_row>& orders) {
    std::map<std::string, currency_total> totals;
    for (const auto& one : orders) {
        auto& total = totals[one.currency];
        ++total.orders;
        total.amount += one.amount;
        total.refunded += one.refunded;
    }
    std::string out;
    for (const auto& [currency, total] : totals) {
        std::string one = "{";
        base::json_members members{one};
        members.text("currency", currency).number("orders", total.orders);
        write_money(members, "amount", total.amount, currency);
        write_money(members, "refunded", total.refunded, currency);
        out += (out.empty() ? "" : ",") + one + '}';
    }
    return '[' + out + ']';
}

base::awaitable<std::string> orders_member(const operation_context& in,
                                           const storage::order_customer_row& customer,
                                           operation_answer& answer) {
    tenancy::order_page page;
    page.limit = orders_counted_max + 1;
    auto id = customer.id;
    auto orders = co_await in.desk.orders_of(in.grant, std::move(id), std::move(page));
    if (!orders) {
        answer.missing("orders", orders.error().message);
        co_return std::string{};
    }
    const bool more = std::ssize(*orders) > orders_counted_max;
    if (more) orders->pop_back();
    std::string out;
    base::json_members members{out};
    members.raw("orders", totals_json(*orders));
    if (!orders->empty())
        members.text("newest_order", base::format_timestamp(orders->front().created_at));
    if (more) members.truth("more_orders", true);
    co_return out;
}

// Adds the customer's record at Stripe, or says why it is missing.
base::awaitable<std::string> stripe_member(const operation_context& in,
                                           const storage::order_customer_row& customer,
                                           operation_answer& answer) {
    if (customer.stripe_customer_id.empty()) co_return std::string{};
    std::string arguments = "{";
    base::json_members{arguments}
        .text("id", customer.stripe_customer_id)
        .raw("fields", customer_fields);
    arguments += '}';
    auto read = co_await read_by_tool(in, customer_reader, std::move(arguments));
    if (read.is_error) {
        answer.missing("stripe", error_message(read));
        co_return std::string{};
    }
    co_return R"("stripe":)" + read.text;
}

// Adds customers that only Stripe has.
base::awaitable<void> add_of_stripe(const operation_context& in, const std::string& email,
                                    operation_answer& answer) {
    if (!shows_tool(in.grant, customer_lister)) co_return;
    std::string arguments = "{";
    base::json_members{arguments}
        .text("email", email)
        .number("limit", 20)
        .raw("fields", customer_fields);
    arguments += '}';
    auto read = co_await read_by_tool(in, customer_lister, std::move(arguments));
    if (read.is_error)
        answer.missing("stripe", error_message(read));
    else
        answer.members().raw("at_stripe", read.text);
}

}  // namespace

base::awaitable<mcp::tool_result> lookup_customer(const operation_context& in) {
    const customer_query customer{in.given.text("email"), {}};
    operation_answer answer{in};
    const auto found = co_await find_customers(in, customer, gate_of(in));
    if (!found) answer.missing("orders", found.error().message);
    std::string customers;
    int reads = 0;
    const auto count = found ? found->rows.size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& one = found->rows[i];
        auto more = co_await orders_member(in, one, answer);
        if (reads++ < stripe_reads_max) {
            const auto theirs = co_await stripe_member(in, one, answer);
            if (!theirs.empty()) more += (more.empty() ? "" : ",") + theirs;
        }
        customers += (customers.empty() ? "" : ",") + customer_json(one, in.grant, more);
    }
    answer.members().raw("customers", '[' + customers + ']');
    if (found) write_customer_remarks(answer, *found);
    if (count == 0 && (!found || found->left_out == 0))
        co_await add_of_stripe(in, customer.email, answer);
    co_return answer.result();
}

}  // namespace tollgate::stripe
