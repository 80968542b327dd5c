// list_payments: a customer's payments at Stripe, each with the order that it paid.
#include <simdjson.h>

#include <algorithm>
#include <set>

#include "stripe/operations/operation_calls.hpp"
#include "stripe/operations/order_pages.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view charge_fields =
    R"(["id","amount","currency","status","created","description","payment_intent",)"
    R"("amount_refunded","refunded","disputed","captured"])";
constexpr std::size_t customers_max = 5;         // the most that are read at once
constexpr std::int64_t joined_orders_max = 100;  // the newest orders of each customer
constexpr std::uint32_t tokens_min = 1'000;      // of one page

// The payers whose payments are listed: ids at Stripe (cus_…), and the company's customers that
// they belong to.
struct payers {
    std::vector<std::string> ids;
    std::vector<storage::order_customer_row> customers;
};

void add_id(payers& to, std::string_view id) {
    if (!id.empty() && std::ranges::find(to.ids, id) == to.ids.end()) to.ids.emplace_back(id);
}

// Adds customers at Stripe with the e-mail address that the company's records do not contain.
base::awaitable<void> add_payers_of_stripe(const operation_context& in, const std::string& email,
                                           payers& to, operation_answer& answer) {
    if (!shows_tool(in.grant, customer_lister)) co_return;
    std::string arguments = "{";
    base::json_members{arguments}
        .text("email", email)
        .number("limit", 20)
        .raw("fields", R"(["id"])");
    arguments += '}';
    const auto read = co_await read_by_tool(in, customer_lister, std::move(arguments));
    if (read.is_error) {
        answer.missing("stripe", error_message(read));
        co_return;
    }
    simdjson::dom::parser parser;
    simdjson::dom::array rows;
    if (parser.parse(read.text)["data"].get(rows) != simdjson::SUCCESS) co_return;
    for (const auto row : rows)
        if (std::string_view id; row["id"].get(id) == simdjson::SUCCESS) add_id(to, id);
}

base::awaitable<payers> find_payers(const operation_context& in, const customer_query& customer,
                                    operation_answer& answer) {
    payers out;
    if (customer.by_stripe_id()) add_id(out, customer.id);
    // The calls that list the payments decide which ones are shown.
    const data_gate open;
    auto found = co_await find_customers(in, customer, open);
    if (!found) {
        answer.missing("orders", found.error().message);
    } else {
        for (const auto& one : found->rows) add_id(out, one.stripe_customer_id);
        out.customers = std::move(found->rows);
    }
    if (out.ids.empty() && !customer.email.empty())
        co_await add_payers_of_stripe(in, customer.email, out, answer);
    co_return out;
}

// The ids of a page's payments: those of the charges and of their intents.
std::set<std::string, std::less<>> payments_of(const std::string& page) {
    std::set<std::string, std::less<>> out;
    simdjson::dom::parser parser;
    simdjson::dom::array rows;
    if (parser.parse(page)["data"].get(rows) != simdjson::SUCCESS) return out;
    for (const auto row : rows)
        for (const std::string_view name : {"id", "payment_intent"})
            if (std::string_view id; row[name].get(id) == simdjson::SUCCESS) out.emplace(id);
    return out;
}

// The orders that the page's payments paid for, as JSON objects.
base::awaitable<std::string> joined_orders(const operation_context& in, const payers& who,
                                           const std::string& customer, const std::string& page,
                                           operation_answer& answer) {
    std::vector<storage::order_customer_row> theirs;
    for (const auto& one : who.customers)
        if (one.stripe_customer_id == customer) theirs.push_back(one);
    tenancy::order_page newest;
    newest.limit = joined_orders_max;
    const auto orders = co_await read_orders(in, theirs, std::move(newest));
    if (!orders) {
        answer.missing("orders", orders.error().message);
        co_return std::string{};
    }
    const auto payments = payments_of(page);
    std::string out;
    for (const auto& one : orders->rows)
        if (payments.contains(one.payment_id))
            out += (out.empty() ? "" : ",") + order_json(one, in.grant);
    co_return out;
}

}  // namespace

base::awaitable<mcp::tool_result> list_payments(const operation_context& in) {
    const auto customer = customer_in(in.given);
    if (!customer) co_return refused_result(in, "arguments", customer.error());
    operation_answer answer{in};
    const auto who = co_await find_payers(in, *customer, answer);
    const auto cursor = in.given.text("next_cursor");
    if (!cursor.empty() && who.ids.size() != 1)
        co_return refused_result(
            in, "cursor",
            base::invalid("bad_cursor",
                          "Several customers match: name the one whose payments are continued "
                          "as customer (cus_…).",
                          "next_cursor"));
    const auto shown = std::min(who.ids.size(), customers_max);
    const auto each =
        std::max(tokens_min, in.grant.results.tokens_max / static_cast<std::uint32_t>(shown + 1));
    std::string pages;
    mcp::tool_result last;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& customer = who.ids[i];
        std::string arguments = "{";
        base::json_members members{arguments};
        members.text("customer", customer)
            .number("limit", in.given.number("limit").value_or(operation_rows_default))
            .raw("fields", charge_fields)
            .number("max_tokens", std::min(each, in.grant.results.tokens_max));
        if (!cursor.empty()) members.text("next_cursor", cursor);
        arguments += '}';
        last = co_await read_by_tool(in, charge_lister, std::move(arguments));
        if (last.is_error && shown == 1 && !cursor.empty()) co_return last;
        std::string one = "{";
        base::json_members part{one};
        part.text("customer", customer);
        if (last.is_error) {
            answer.missing("stripe", error_message(last));
        } else {
            const auto orders = co_await joined_orders(in, who, customer, last.text, answer);
            part.raw("payments", last.text).raw("orders", '[' + orders + ']');
        }
        pages += (pages.empty() ? "" : ",") + one + '}';
    }
    answer.members().raw("customers", '[' + pages + ']');
    if (shown < who.ids.size())
        answer.members().text("note", std::to_string(who.ids.size() - shown) +
                                          " more customers have this e-mail address.");
    auto out = answer.result();
    out.http_headers = std::move(last.http_headers);
    co_return out;
}

}  // namespace tollgate::stripe
