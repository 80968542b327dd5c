#include "stripe/declarations/declared_calls.hpp"

#include <array>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/declarations/declared_arguments.hpp"
#include "stripe/listing/declared_list.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/listing/visibility.hpp"
#include "stripe/request/connected_account.hpp"
#include "stripe/tools/call_record.hpp"

namespace tollgate::stripe {

namespace {

std::string quoted_name(std::string_view name) {
    return '\'' + std::string(base::clipped_text(name, base::quoted_bytes_max)) + '\'';
}

// The nearest name that the server shows, as a question; or empty.
std::string nearest_shown(const tenancy::grant& grant, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& one : grant.declared->tools)
        if (is_shown(one, grant)) known.push_back(one.name);
    const auto near = base::nearest_word(name, known);
    return near.empty() ? std::string{} : " Did you mean '" + std::string(near) + "'?";
}

}  // namespace

std::optional<std::string> declared_refusal(const tenancy::grant& grant, std::string_view name) {
    if (grant.declared == nullptr) {
        if (!grant.account->service) return {};
        return "There is no tool " + quoted_name(name) +
               ": this account is one of a service, and no tools are declared for it yet. An "
               "administrator declares them.";
    }
    if (grant.declared->forbids(name))
        return "The tool " + quoted_name(name) +
               " is forbidden by the declarations of this account: it is never called.";
    if (grant.declared->find(name) != nullptr)
        return "The tool " + quoted_name(name) +
               " is declared for this account, but not exposed by this MCP server: its methods, "
               "tags or tool lists leave it out. An administrator can widen them.";
    if (!shows_declared_only(grant) || (name == receipt_tool_name && declares_writes(grant)))
        return {};
    return "There is no tool " + quoted_name(name) + " among those that are declared here." +
           nearest_shown(grant, name);
}

void declared_calls::note_refusal(const tenancy::grant& grant, const mcp::tool_call& call) {
    const bool forbidden = grant.declared != nullptr && grant.declared->forbids(call.name);
    call_record record{shared_.audit, event_of(grant, call.name, call), shared_.rules};
    record.refused(forbidden ? "forbidden" : "not_exposed", to_string(tenancy::layer::declaration));
    shared_.log.warning("tool_refused",
                        {{"request_id", call.request_id},
                         {"mcp_server", grant.server_id},
                         {"tool", base::clipped_text(call.name, base::quoted_bytes_max)}});
}

base::awaitable<mcp::tool_answer> declared_calls::run(const tenancy::grant& grant,
                                                      const tenancy::declared_tool& tool,
                                                      const mcp::tool_call& call) {
    const std::array<std::string_view, 1> chosen{connected_account_name};
    const bool chooses = !grant.account->connected_accounts.empty();
    const auto others = std::span<const std::string_view>{chosen}.first(chooses ? 1 : 0);
    const auto arguments =
        operation_arguments_of(tool, call.arguments, others, absent_arguments::refused);
    if (!arguments) {
        call_record record{shared_.audit, event_of(grant, tool.name, call), shared_.rules};
        record.refused("arguments", to_string(tenancy::layer::declaration));
        co_return mcp::failed_result(refusal_text(arguments.error()));
    }
    const auto& called = *operation_of(tool);
    simdjson::dom::parser parser;
    mcp::tool_call inner = call;
    inner.name = called.tool_name();
    inner.arguments = parser.parse(*arguments).get_object().value();
    call_origin origin{{}, &tool};
    auto out = co_await runner_.run(grant, called, inner, std::move(origin));
    const auto ran = called.tool_name();
    if (auto* const question = std::get_if<mcp::tool_question>(&out)) question->ran = ran;
    if (auto* const result = std::get_if<mcp::tool_result>(&out)) result->ran = ran;
    co_return out;
}

}  // namespace tollgate::stripe
