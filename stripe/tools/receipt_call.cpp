#include "stripe/tools/receipt_call.hpp"

#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/tools/approval_answers.hpp"
#include "stripe/tools/approval_tasks.hpp"
#include "tenancy/receipts/receipt_rules.hpp"
#include "tenancy/receipts/receipt_text.hpp"

namespace tollgate::stripe {

namespace {

using storage::receipt_state;

mcp::tool_result refused_receipt(const base::failure& why) {
    return mcp::failed_result(refusal_text(why));
}

base::result<std::string> read_argument(const mcp::tool_call& call) {
    for (const auto member : call.arguments)
        if (member.key != receipt_argument_name)
            return base::invalid(
                "unknown_argument", "the only argument is receipt",
                std::string(base::clipped_text(member.key, base::quoted_bytes_max)));
    std::string_view text;
    if (call.arguments[receipt_argument_name].get(text) == simdjson::SUCCESS && !text.empty())
        return std::string(text);
    return base::invalid("missing_argument",
                         "receipt is required: rcp_… from a write's answer, its operation_key, or "
                         "apr_… of a call that waits for approval",
                         std::string(receipt_argument_name));
}

std::string_view next_step(const storage::receipt_row& receipt) {
    if (tenancy::waits_for_stripe(receipt))
        return "Stripe asked a person to approve it, who decides in Stripe's Dashboard; Stripe "
               "then "
               "does it by itself. Reading the object shows whether it was done. A call with "
               "another operation_key would be a second write.";
    switch (receipt.outcome.state) {
        case receipt_state::intended:
            return "It is being sent. Ask again in a few seconds; a call with another "
                   "operation_key would be a second write.";
        case receipt_state::unknown:
            if (!receipt.resolve_at)
                return "Whether it was executed could not be found out. Reading the object shows "
                       "whether it was; a call with another operation_key would be a second write.";
            return "Whether it was executed is not known yet; Tollgate finds out by "
                   "itself. A call with another operation_key would be a second write.";
        case receipt_state::succeeded:
        case receipt_state::failed:
            break;
    }
    return {};
}

}  // namespace

base::awaitable<mcp::tool_result> call_get_receipt(const tool_services& services,
                                                   const tenancy::grant& grant,
                                                   const mcp::tool_call& call) {
    auto name = read_argument(call);
    if (!name) co_return refused_receipt(name.error());
    // A caller may also have given an operation key of this form.
    if (base::is_id(*name, "apr")) {
        auto approval = co_await find_approval(services, grant, *name);
        if (approval)
            co_return progress_result(approval->approval, approval->receipt, services.clock.now());
        if (approval.error().code != "no_such_approval")
            co_return refused_receipt(approval.error());
    }
    const auto found = co_await services.receipts.find_for(grant, std::move(*name));
    if (!found) co_return refused_receipt(found.error());
    mcp::tool_result out;
    out.text_is_json_object = true;
    out.text = tenancy::receipt_json(*found, tenancy::receipt_view::brief);
    if (const auto step = next_step(*found); !step.empty()) {
        out.text.pop_back();
        out.text += ',';
        base::json_members{out.text}.text("next_step", step);
        out.text += '}';
    }
    co_return out;
}

}  // namespace tollgate::stripe
