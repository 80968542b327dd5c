#include "stripe/provider/stripe_tools.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/listing/declared_list.hpp"
#include "stripe/listing/reach.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/search_calls.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/request/connected_account.hpp"
#include "stripe/tools/approval_tasks.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/policy_check.hpp"
#include "stripe/tools/receipt_call.hpp"

namespace tollgate::stripe {

namespace {

// The description of an operation, with the argument that depends on this grant's account.
base::result<std::string> with_account_argument(base::result<std::string> described,
                                                const tenancy::grant& grant) {
    if (!described) return described;
    std::string out;
    append_with_property(out, *described, "input_schema",
                         connected_account_member(grant.account->connected_accounts));
    return out;
}

mcp::tool_result answered(base::result<std::string> text) {
    mcp::tool_result out;
    out.is_error = !text;
    out.text_is_json_object = text.has_value();
    out.text = text ? std::move(*text) : refusal_text(text.error());
    return out;
}

}  // namespace

stripe_tools::stripe_tools(upstream& api, const tool_services& shared)
    : runner_(api, shared), shared_(shared) {}

void stripe_tools::append_tools(const tenancy::grant& grant, std::string& out) const {
    out += lists_.tools(grant);
}

void stripe_tools::note_refusal(const tenancy::grant& grant, const mcp::tool_call& call) {
    {
        call_record record{shared_.audit, event_of(grant, call.name, call), shared_.rules};
        const operation* const known = find_tool(call.name);
        // One that may be called is here only if it was called in a wrong way.
        const bool callable = known != nullptr && callable_by(grant)(*known);
        record.refused(callable ? "arguments" : "not_exposed");
        const bool frozen = known != nullptr && grant.frozen && !known->read_only();
        if (frozen) record.refused("frozen", to_string(tenancy::layer::frozen));
        if (const auto by =
                known == nullptr || frozen ? std::nullopt : refused_for_good(grant, *known))
            record.decided(*by);
    }
    shared_.log.warning("tool_refused",
                        {{"request_id", call.request_id},
                         {"mcp_server", grant.server_id},
                         {"tool", base::clipped_text(call.name, base::quoted_bytes_max)}});
}

void stripe_tools::note_own_tool(const tenancy::grant& grant, const mcp::tool_call& call) {
    call_record{shared_.audit, event_of(grant, call.name, call)}.answered("succeeded");
}

base::awaitable<mcp::tool_answer> stripe_tools::call(const tenancy::grant& grant,
                                                     mcp::tool_call call) {
    if (const auto* const declared = find_declared(grant, call.name))
        co_return co_await declared_.run(grant, *declared, call);
    if (const auto why = declared_refusal(grant, call.name)) {
        declared_.note_refusal(grant, call);
        co_return mcp::unknown_tool{*why};
    }
    auto out = co_await call_other(grant, call);
    co_return out;
}

base::awaitable<mcp::tool_answer> stripe_tools::call_other(const tenancy::grant& grant,
                                                           mcp::tool_call& call) {
    if (const auto* tool = find_search_tool(call.name);
        tool != nullptr && lists_search_tools(grant))
        co_return co_await call_search_tool(grant, tool->which, call);
    const auto research_shown = research_tools(grant.filter, grant.listing, grant.account->mode);
    if (const auto found = std::ranges::find(research_shown, call.name, &research_tool_entry::name);
        found != research_shown.end())
        co_return co_await research_.run(grant, found->which, call);
    if (has_orders(grant))
        if (const auto* const one = find_operations_tool(call.name);
            one != nullptr && shows_operation(*one, grant))
            co_return co_await operations_.run(grant, *one, call);
    if (call.name == receipt_tool_name && has_receipt_tool(grant)) {
        note_own_tool(grant, call);
        co_return co_await call_get_receipt(shared_, grant, call);
    }
    mcp::unknown_tool unknown;
    const operation* const called = find_exposed(grant, call.name, unknown.why);
    if (called == nullptr) {
        note_refusal(grant, call);
        co_return unknown;
    }
    co_return co_await runner_.run(grant, *called, call);
}

base::awaitable<base::result<mcp::found_task>> stripe_tools::find_task(const tenancy::grant& grant,
                                                                       std::string id) {
    const auto known = co_await find_approval(shared_, grant, std::move(id));
    if (!known) co_return known.error();
    co_return found_task_of(*known, shared_.clock.now());
}

base::awaitable<base::result<>> stripe_tools::cancel_task(const tenancy::grant& grant,
                                                          std::string id) {
    auto ended = co_await shared_.approvals.withdraw(grant, std::move(id));
    co_return ended;
}

base::awaitable<mcp::tool_answer> stripe_tools::call_search_tool(const tenancy::grant& grant,
                                                                 search_tool which,
                                                                 mcp::tool_call& call) {
    if (which == search_tool::find || which == search_tool::describe) note_own_tool(grant, call);
    if (which == search_tool::find) {
        const auto* const finder = co_await shared_.finder.get();
        co_return answered(answer_find(call.arguments, *finder, visible_to(grant), parser_));
    }
    if (which == search_tool::describe)
        co_return answered(with_account_argument(describe(grant, call), grant));
    co_return co_await call_wrapped(grant, which, call);
}

base::result<std::string> stripe_tools::describe(const tenancy::grant& grant,
                                                 const mcp::tool_call& call) {
    const auto shown = [&grant](const operation& one) { return shown_tool(grant, one); };
    auto out = answer_describe(call.arguments, visible_to(grant), shown, parser_);
    if (out || out.error().code != "operation_not_exposed") return out;
    const auto* const named = operation_named_in(call.arguments);
    const auto by = named == nullptr ? std::nullopt : refused_for_good(grant, *named);
    if (!by) return out;
    return base::invalid("operation_not_exposed",
                         "The operation '" + std::string(named->tool_name()) +
                             "' cannot be called. " + denied_advice(*by),
                         "operation");
}

base::awaitable<mcp::tool_answer> stripe_tools::call_wrapped(const tenancy::grant& grant,
                                                             search_tool through,
                                                             mcp::tool_call& call) {
    const auto unwrapped = unwrap(through, call.arguments, callable_by(grant));
    if (!unwrapped) {
        // What a rule refuses for good is refused here as it is by its name: with the rule.
        const auto* const named = operation_named_in(call.arguments);
        if (named != nullptr) call.name = named->tool_name();
        note_refusal(grant, call);
        if (const auto by = named == nullptr ? std::nullopt : refused_for_good(grant, *named))
            co_return mcp::failed_result(denied_text(*by));
        co_return answered(unwrapped.error());
    }
    simdjson::dom::parser none;
    call.name = unwrapped->called->tool_name();
    call.arguments = unwrapped->without_arguments
                         ? none.parse(std::string("{}")).get_object().value_unsafe()
                         : unwrapped->arguments;
    auto out = co_await runner_.run(grant, *unwrapped->called, call);
    const auto ran = unwrapped->called->tool_name();
    if (auto* const question = std::get_if<mcp::tool_question>(&out)) question->ran = ran;
    if (auto* const result = std::get_if<mcp::tool_result>(&out)) result->ran = ran;
    co_return out;
}

}  // namespace tollgate::stripe
