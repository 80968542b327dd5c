#include "stripe/operations/operation_context.hpp"

#include <simdjson.h>

#include "stripe/answer/error.hpp"
#include "stripe/answer/header.hpp"
#include "stripe/answer/own_error.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/content/inner_call.hpp"
#include "stripe/tools/account_words.hpp"
#include "stripe/tools/exposure.hpp"

namespace tollgate::stripe {

mcp::tool_result refused_result(const operation_context& in, std::string_view rule,
                                const base::failure& why) {
    in.record.refused(rule);
    return mcp::failed_result(operation_error(why));
}

std::string operation_error(const base::failure& why) {
    if (why.kind == base::errc::invalid_argument) return refusal_text(why);
    const bool passing = why.kind == base::errc::unavailable;
    return own_error_text("operations", why.code, mask_secrets(why.message),
                          passing ? "Nothing was sent. The same call may work later."
                                  : "Nothing was sent. An administrator can change this.");
}

operation_answer::operation_answer(const operation_context& in) {
    write_setting(members_, account_setting(in.grant.account->mode, in.shared.sandbox,
                                            in.shared.clock.now()));
}

void operation_answer::missing(std::string_view half, std::string_view why) {
    std::string one = "{";
    base::json_members{one}.text("half", half).text("why", mask_secrets(why));
    missing_ += (missing_.empty() ? "" : ",") + one + '}';
}

mcp::tool_result operation_answer::result() {
    if (!missing_.empty()) members_.raw("missing", '[' + missing_ + ']');
    if (!untrusted_.empty()) {
        std::string list;
        for (const auto& one : untrusted_) {
            if (!list.empty()) list += ',';
            base::append_json_string(list, one);
        }
        members_.raw("untrusted_text", '[' + list + ']');
    }
    mcp::tool_result out;
    out.text = std::move(text_) + '}';
    out.text_is_json_object = true;
    return out;
}

std::string shown_json(std::string_view text, const tenancy::grant& grant) {
    std::string shown = mask_cards(mask_secrets(text));
    if ((grant.results.redact & static_cast<unsigned>(tenancy::redaction::email)) != 0)
        shown = mask_emails(shown);
    flat_text out{shown.size() + 64};
    out.put_string(shown);
    return std::string(out.view());
}

void write_money(base::json_members& into, const std::string& name, std::int64_t amount,
                 std::string_view currency) {
    into.number(name, amount);
    const auto words = format_amount(amount, currency);
    if (!words.empty()) into.text(name + "_formatted", words);
}

std::string order_json(const storage::order_row& order, const tenancy::grant& grant) {
    std::string out = "{";
    base::json_members members{out};
    members.raw("id", shown_json(order.id, grant));
    if (!order.payment_id.empty()) members.raw("payment", shown_json(order.payment_id, grant));
    write_money(members, "amount", order.amount, order.currency);
    members.raw("currency", shown_json(order.currency, grant));
    if (order.refunded != 0) {
        write_money(members, "refunded", order.refunded, order.currency);
        write_money(members, "remaining", order.amount - order.refunded, order.currency);
    }
    members.text("status", storage::order_status_names.at(static_cast<std::size_t>(order.status)))
        .text("created", base::format_timestamp(order.created_at));
    return out + '}';
}

std::string customer_json(const storage::order_customer_row& customer, const tenancy::grant& grant,
                          const std::string& more_members) {
    std::string out = "{";
    base::json_members members{out};
    members.raw("id", shown_json(customer.id, grant))
        .raw("email", shown_json(customer.email, grant));
    if (!customer.name.empty()) members.raw("name", shown_json(customer.name, grant));
    if (!customer.stripe_customer_id.empty())
        members.raw("stripe_customer", shown_json(customer.stripe_customer_id, grant));
    members.text("created", base::format_timestamp(customer.created_at));
    if (!more_members.empty()) out += ',' + more_members;
    return out + '}';
}

base::awaitable<mcp::tool_result> read_by_tool(const operation_context& in, std::string_view tool,
                                               std::string arguments) {
    const inner_call_facts facts{in.call.deadline, in.call.request_id, in.call.client,
                                 in.call.mcp_method};
    auto out =
        co_await run_inner(in.runner, in.grant, *find_tool(tool), std::move(arguments), facts);
    co_return out;
}

bool shows_tool(const tenancy::grant& grant, std::string_view tool) {
    const auto* const called = find_tool(tool);
    return called != nullptr && visibility_of(*called, grant) == visibility::shown;
}

std::string error_message(const mcp::tool_result& failed) {
    simdjson::dom::parser parser;
    std::string_view message;
    if (parser.parse(failed.text)["error"]["message"].get(message) == simdjson::SUCCESS)
        return std::string(message);
    return "it was refused";
}

}  // namespace tollgate::stripe
