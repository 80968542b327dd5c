#include "stripe/operations/order_customers.hpp"

#include <simdjson.h>

#include "stripe/tools/exposure.hpp"
#include "stripe/tools/policy_check.hpp"

namespace tollgate::stripe {

namespace {

// True if rules limit the data of that call or deny it. Also true if the call cannot be read now,
// because its rules are then unknown.
bool is_limited(const operation_context& in, std::string_view tool, std::string_view arguments) {
    if (in.grant.policies == nullptr) return false;
    simdjson::dom::parser parser;
    mcp::tool_call call;
    call.arguments = parser.parse(arguments.data(), arguments.size()).get_object().value();
    call.deadline = in.call.deadline;
    const auto read = read_call(in.grant, *find_tool(tool), call, in.shared);
    const auto* const prepared = std::get_if<prepared_call>(&read);
    if (prepared == nullptr) return true;
    const auto verdict = ask_rules(*prepared, in.shared.clock.now());
    return verdict.decided.outcome == tenancy::effect::deny || verdict.limits_data();
}

// True if the rules, as far as there are any, allow reading the customer's record at Stripe.
base::awaitable<bool> is_inside(const operation_context& in,
                                const storage::order_customer_row& customer, data_gate gate) {
    if (!gate.any()) co_return true;
    if (customer.stripe_customer_id.empty()) co_return false;
    if (gate.customers) {
        if (!shows_tool(in.grant, customer_reader)) co_return false;
        std::string arguments = "{";
        base::json_members{arguments}
            .text("id", customer.stripe_customer_id)
            .raw("fields", R"(["id"])");
        arguments += '}';
        const auto read = co_await read_by_tool(in, customer_reader, std::move(arguments));
        if (read.is_error) co_return false;
    }
    if (gate.charges) {
        if (!shows_tool(in.grant, charge_lister)) co_return false;
        std::string arguments = "{";
        base::json_members{arguments}
            .text("customer", customer.stripe_customer_id)
            .number("limit", 1)
            .raw("fields", R"(["id"])");
        arguments += '}';
        const auto read = co_await read_by_tool(in, charge_lister, std::move(arguments));
        if (read.is_error) co_return false;
    }
    co_return true;
}

base::awaitable<base::result<std::vector<storage::order_customer_row>>> read_customers(
    const operation_context& in, const customer_query& customer) {
    if (!customer.email.empty()) {
        auto email = customer.email;
        auto out = co_await in.desk.customers_by_email(in.grant, std::move(email));
        co_return out;
    }
    auto id = customer.id;
    if (customer.by_stripe_id()) {
        auto out = co_await in.desk.customers_by_stripe_id(in.grant, std::move(id));
        co_return out;
    }
    auto one = co_await in.desk.find_customer(in.grant, std::move(id));
    if (!one) co_return one.error();
    std::vector<storage::order_customer_row> out;
    if (*one) out.push_back(std::move(**one));
    co_return out;
}

}  // namespace

data_gate gate_of(const operation_context& in) {
    return {is_limited(in, customer_reader, R"({"id":"cus_1"})"),
            is_limited(in, charge_lister, R"({"customer":"cus_1"})")};
}

base::awaitable<base::result<order_customers>> find_customers(const operation_context& in,
                                                              const customer_query& customer,
                                                              data_gate gate) {
    auto read = co_await read_customers(in, customer);
    if (!read) co_return read.error();
    order_customers out;
    for (auto& one : *read) {
        const bool inside = co_await is_inside(in, one, gate);
        if (inside)
            out.rows.push_back(std::move(one));
        else
            ++out.left_out;
    }
    co_return out;
}

void write_customer_remarks(operation_answer& answer, const order_customers& found) {
    if (found.left_out > 0)
        answer.members().text("note",
                              "Customers that are outside the scope of this MCP server, or are not "
                              "known to be inside, and left out: " +
                                  std::to_string(found.left_out) + '.');
    if (!found.rows.empty()) answer.untrusted("customers.name");
}

}  // namespace tollgate::stripe
