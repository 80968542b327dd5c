// get_order_history: the company's own orders of a customer.
#include "stripe/answer/tokens.hpp"
#include "stripe/operations/operation_calls.hpp"
#include "stripe/operations/order_pages.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::uint64_t header_tokens = 300;  // for the rest of the answer

// The orders that fit the budget of an answer; at least one. With several customers, each order
// names its customer.
struct order_list {
    std::string json;
    std::size_t shown = 0;
};

order_list list_within(const operation_context& in, const std::vector<storage::order_row>& rows,
                       std::uint64_t used, bool several) {
    order_list out;
    for (const auto& row : rows) {
        auto one = order_json(row, in.grant);
        if (several) {
            one.back() = ',';
            base::json_members{one}.raw("customer", shown_json(row.customer_id, in.grant));
            one += '}';
        }
        used += estimate_tokens(one);
        if (out.shown > 0 && used > in.grant.results.tokens_max) break;
        out.json += (out.json.empty() ? "" : ",") + one;
        ++out.shown;
    }
    return out;
}

}  // namespace

base::awaitable<mcp::tool_result> get_order_history(const operation_context& in) {
    const auto customer = customer_in(in.given);
    if (!customer) co_return refused_result(in, "arguments", customer.error());
    auto page = page_in(in, *customer);
    if (!page) co_return refused_result(in, "cursor", page.error());
    const auto found = co_await find_customers(in, *customer, gate_of(in));
    if (!found) co_return refused_result(in, found.error().code, found.error());
    auto orders = co_await read_orders(in, found->rows, std::move(*page));
    if (!orders) co_return refused_result(in, orders.error().code, orders.error());
    operation_answer answer{in};
    std::string customers;
    for (const auto& one : found->rows)
        customers += (customers.empty() ? "" : ",") + customer_json(one, in.grant);
    const auto list = list_within(in, orders->rows, header_tokens + estimate_tokens(customers),
                                  found->rows.size() > 1);
    const bool more = orders->more || list.shown < orders->rows.size();
    if (more)
        answer.members().text("next_cursor",
                              cursor_after(in, *customer, orders->rows.at(list.shown - 1)));
    else
        answer.members().raw("next_cursor", "null");
    answer.members().raw("customers", '[' + customers + ']').raw("orders", '[' + list.json + ']');
    write_customer_remarks(answer, *found);
    co_return answer.result();
}

}  // namespace tollgate::stripe
