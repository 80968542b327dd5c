// create_payment_link and flag_for_review.
#include <simdjson.h>

#include "base/ids.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/operations/operation_calls.hpp"
#include "stripe/operations/order_customers.hpp"
#include "stripe/operations/write_by_tool.hpp"
#include "stripe/tools/approval_tasks.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view link_tool = "create_a_stripe_payment_link";

std::string link_arguments(const operation_context& in) {
    std::string product = "{";
    base::json_members{product}.text("name", in.given.text("description"));
    std::string price = "{";
    base::json_members{price}
        .text("currency", in.given.text("currency"))
        .number("unit_amount", in.given.number("amount").value_or(0))
        .raw("product_data", product + '}');
    std::string line = "{";
    base::json_members{line}.raw("price_data", price + '}').number("quantity", 1);
    std::string out = "{";
    base::json_members{out}.raw("line_items", '[' + line + "}]");
    return out + '}';
}

// The answer of the link, starting with its address and its amount in words.
mcp::tool_result with_link(const operation_context& in, mcp::tool_result made) {
    simdjson::dom::parser parser;
    std::string_view url;
    if (made.is_error || !made.text_is_json_object || in.grant.results.raw ||
        parser.parse(made.text)["url"].get(url) != simdjson::SUCCESS)
        return made;
    operation_answer answer{in};
    answer.members().text("url", url);
    write_money(answer.members(), "amount", in.given.number("amount").value_or(0),
                in.given.text("currency"));
    answer.members()
        .raw("description", shown_json(in.given.text("description"), in.grant))
        .raw("stripe", made.text);
    made.text = answer.result().text;
    return made;
}

std::string_view reader_of(const std::string& payment) {
    return payment.starts_with("pi_") ? "get_single_stripe_payment_intent_by_id"
                                      : "get_single_stripe_charge_by_id";
}

bool is_missing(const mcp::tool_result& failed) {
    simdjson::dom::parser parser;
    std::string_view code;
    return parser.parse(failed.text)["error"]["code"].get(code) == simdjson::SUCCESS &&
           code == "resource_missing";
}

}  // namespace

base::awaitable<mcp::tool_answer> create_payment_link(const operation_context& in) {
    if (auto asked = approval_asked_for(in.call.input); !asked.empty())
        co_return co_await in.runner.answer_opened(in.grant, std::move(asked), in.record);
    const std::string arguments = link_arguments(in);
    const auto& called = *find_tool(link_tool);
    simdjson::dom::parser parser;
    const auto inner = inner_write(in, called, parser, arguments);
    auto answer = co_await in.runner.run(in.grant, called, inner);
    note_answer(in, answer);
    if (auto* const made = std::get_if<mcp::tool_result>(&answer))
        co_return with_link(in, std::move(*made));
    co_return answer;
}

base::awaitable<mcp::tool_result> flag_for_review(const operation_context& in) {
    if (in.grant.frozen)
        co_return refused_result(in, "frozen",
                                 base::fail(base::errc::forbidden, "frozen",
                                            "Writes of this MCP server are stopped: its account or "
                                            "its team is frozen."));
    const auto payment = in.given.text("payment");
    operation_answer answer{in};
    const auto reader = reader_of(payment);
    const bool shown = shows_tool(in.grant, reader);
    if (!shown && gate_of(in).any())
        co_return refused_result(
            in, "scope",
            base::fail(base::errc::forbidden, "outside_scope",
                       "Whether this payment is inside the scope of this MCP server is not known, "
                       "because it may not read payments."));
    if (shown) {
        std::string arguments = "{";
        base::json_members{arguments}.text("id", payment).raw("fields", R"(["id"])");
        arguments += '}';
        const auto read = co_await read_by_tool(in, reader, std::move(arguments));
        if (read.is_error && (is_missing(read) || gate_of(in).any())) {
            in.record.answered("failed");
            co_return read;
        }
        if (read.is_error) answer.missing("stripe", error_message(read));
    }
    auto id = payment;
    const auto orders = co_await in.desk.orders_by_payment(in.grant, std::move(id));
    if (!orders) co_return refused_result(in, orders.error().code, orders.error());
    tenancy::review_flag flag;
    flag.id = base::make_id("rfl");
    if (!orders->empty()) flag.order_id = orders->front().id;
    flag.payment_id = payment;
    flag.note = mask_cards(mask_secrets(in.given.text("note")));
    flag.flagged_by = in.grant.server_name;
    const auto& client = in.record.event().client;
    if (!client.empty()) flag.flagged_by += ", " + client;
    answer.members().text("flag", flag.id).text("payment", payment);
    if (!flag.order_id.empty()) answer.members().raw("order", shown_json(flag.order_id, in.grant));
    answer.members().text("message",
                          "The payment is flagged for review; nothing changed at Stripe.");
    const auto stored = co_await in.desk.flag(in.grant, std::move(flag));
    if (!stored) co_return refused_result(in, stored.error().code, stored.error());
    co_return answer.result();
}

}  // namespace tollgate::stripe
