#include "stripe/operations/explain.hpp"

#include <simdjson.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "stripe/answer/account_state.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/operations/operation_context.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/order_rules.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// The part of the filter that hides a tool, or a tool that it needs; empty if it is shown.
std::string why_hidden(const operations_tool_entry& one, const tenancy::grant& grant) {
    const auto& filter = grant.filter;
    if ((filter.methods & bit(one.facts.kind)) == 0) return "methods";
    if (std::ranges::binary_search(filter.deny, one.facts.name)) return "deny";
    if (!filter.allow.empty() && !std::ranges::binary_search(filter.allow, one.facts.name))
        return "allow";
    if (!filter.passes(one.facts)) return "tags";
    for (const auto name : one.needs)
        if (!is_visible(*find_tool(name), filter, grant.account->mode))
            return "needs " + std::string(name);
    return {};
}

std::string refused_json(std::string_view rule, const base::failure& why) {
    std::string out = "{";
    base::json_members members{out};
    members.text("rule", rule).text("code", why.code);
    if (!why.field.empty()) members.text("param", mask_secrets(why.field));
    members.text("message", mask_secrets(why.message));
    return out + '}';
}

std::string names_json(std::span<const std::string_view> names) {
    std::string out;
    for (const auto one : names) out += (out.empty() ? "\"" : ",\"") + std::string(one) + '"';
    return '[' + out + ']';
}

// Describes what issue_refund reads before it is decided, and the rules that apply.
void write_order_rules(base::json_members& into, std::chrono::days refund_age_max) {
    into.raw("decided_after",
             R"([{"about":"order","reads":"the order among the company's records"},)"
             R"({"about":"remaining","reads":"the payment at Stripe"},)"
             R"({"about":"dispute","reads":"the disputes of the payment at Stripe"},)"
             R"({"about":"age","reads":"the payment at Stripe"}])")
        .raw("order_rules", R"(["order_owner","order_status","order_age","order_currency",)"
                            R"("order_remaining","order_dispute"])")
        .number("refund_age_days_max", refund_age_max.count());
}

// The body of a question that explains the refund of the given payment.
std::string refund_question(const operation_arguments& given) {
    const auto payment = given.text("payment");
    std::string arguments = "{";
    base::json_members members{arguments};
    members.text(payment.starts_with("pi_") ? "payment_intent" : "charge", payment);
    if (const auto amount = given.number("amount")) members.number("amount", *amount);
    std::string out = "{";
    base::json_members{out}.text("tool", refund_tool).raw("arguments", arguments + '}');
    return out + '}';
}

// Why the state of the account or its team refuses the call, as refused_by; empty if it does not. A
// read is not refused: it continues without Stripe's half.
std::string refused_by_state(const operations_tool_entry& one, const tenancy::grant& grant) {
    if ((bit(one.facts.kind) & tenancy::read_methods) != 0) return {};
    const std::string_view rule = grant.needs_reauth ? "account" : "frozen";
    for (const auto name : one.needs) {
        const auto* const called = find_tool(name);
        if (called->read_only()) continue;
        const auto text = state_refusal(*called, grant);
        dom::parser parser;
        dom::object error;
        if (text.empty() || parser.parse(text)["error"].get(error) != simdjson::SUCCESS) continue;
        std::string out = "{";
        base::json_members members{out};
        members.text("rule", rule);
        if (!grant.needs_reauth) members.text("layer", to_string(tenancy::layer::frozen));
        for (const std::string_view key : {"code", "message", "next_step"})
            if (std::string_view value; error[key].get(value) == simdjson::SUCCESS)
                members.text(key, mask_secrets(value));
        return out + '}';
    }
    if (!grant.frozen) return {};
    return refused_json("frozen", base::fail(base::errc::forbidden, "frozen",
                                             "Writes of this MCP server are stopped: its account "
                                             "or its team is frozen."));
}

// True if the tool's calls may still be refused, because their arguments are not known here.
bool is_undecided(const operations_tool_entry& one, const tenancy::grant& grant) {
    return grant.policies != nullptr || (grant.needs_reauth && !one.needs.empty());
}

bool is_allowed(const std::string& explained) {
    dom::parser parser;
    bool allowed = false;
    return parser.parse(explained)["allowed"].get(allowed) == simdjson::SUCCESS && allowed;
}

}  // namespace

base::result<std::string> operations_explainer::explain(const tenancy::grant& value,
                                                        std::string_view body) const {
    dom::parser parser;
    dom::parser empty;
    dom::element whole;
    std::string_view name;
    const bool named = value.account->orders != tenancy::orders_kind::none &&
                       parser.parse(body.data(), body.size()).get(whole) == simdjson::SUCCESS &&
                       whole["tool"].get(name) == simdjson::SUCCESS;
    const auto* const one = named ? find_operations_tool(name) : nullptr;
    if (one == nullptr) return rest_.explain(value, body);
    dom::object arguments = empty.parse(std::string_view{"{}"}).get_object().value_unsafe();
    if (dom::element given; whole["arguments"].get(given) == simdjson::SUCCESS &&
                            given.get(arguments) != simdjson::SUCCESS)
        return base::invalid("wrong_type", "arguments must be an object", "arguments");
    const auto hidden = why_hidden(*one, value);
    std::string out = "{";
    base::json_members members{out};
    members.text("tool", name).truth("visible", hidden.empty());
    if (hidden.empty())
        members.text("listed", "full").raw("reason", "null");
    else
        members.raw("listed", "null").text("reason", hidden);
    members.raw("made_of", names_json(one->needs));
    const auto end = [&](std::string_view allowed, const std::string& refused) {
        members.raw("allowed", allowed)
            .raw("refused_by", refused)
            .raw("request", "null")
            .truth("sent", false);
        return out + '}';
    };
    const auto finish = [&](const std::string& refused) { return end("false", refused); };
    if (!hidden.empty())
        return finish(refused_json(
            "filter",
            base::fail(base::errc::forbidden, "not_exposed",
                       "This MCP server does not expose the tool '" + std::string(name) + "'.")));
    if (const auto stopped = refused_by_state(*one, value); !stopped.empty())
        return finish(stopped);
    const auto given = read_operation(*one, arguments);
    if (!given) return finish(refused_json("arguments", given.error()));
    if (one->which != operations_tool::issue_refund)
        return end(is_undecided(*one, value) ? "null" : "true", "null");
    const auto customer = customer_in(*given);
    if (!customer) return finish(refused_json("arguments", customer.error()));
    write_order_rules(members, refund_age_max_);
    if (given->text("payment").empty()) return end("null", "null");
    const auto refund = rest_.explain(value, refund_question(*given));
    if (!refund) return refund.error();
    members.raw("refund", *refund);
    if (is_allowed(*refund)) return end("true", "null");
    return finish(refused_json(
        "refund", base::fail(base::errc::forbidden, "refund_refused",
                             "The refund itself is refused, or must be approved: see refund.")));
}

base::result<std::string> operations_explainer::describe(const tenancy::grant& value,
                                                         std::string_view tool) const {
    const bool has_own = value.account->orders != tenancy::orders_kind::none;
    const auto* const one = has_own ? find_operations_tool(tool) : nullptr;
    if (one == nullptr) return rest_.describe(value, tool);
    return std::string{one->json};
}

}  // namespace tollgate::stripe
