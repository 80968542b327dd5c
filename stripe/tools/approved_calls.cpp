#include "stripe/tools/approved_calls.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "stripe/listing/declared_list.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/tools/exposure.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::approved_outcome;

approved_outcome not_callable(std::string code, std::string reason) {
    return {approved_outcome::step::refused, std::move(code), std::move(reason)};
}

}  // namespace

base::awaitable<approved_outcome> approved_calls::run(std::shared_ptr<const tenancy::grant> who,
                                                      const storage::approval_row& approval,
                                                      tenancy::approval_content content) {
    simdjson::dom::parser parser;
    mcp::tool_call call;
    if (parser.parse(content.arguments).get(call.arguments) != simdjson::SUCCESS)
        co_return not_callable("approval_damaged", "The approved arguments cannot be read.");
    std::string why;
    const auto* const own = who->account->service ? find_declared(*who, content.declared) : nullptr;
    const operation* const called =
        own != nullptr ? operation_of(*own) : find_exposed(*who, approval.tool, why);
    if (called == nullptr) co_return not_callable("filter", std::move(why));
    call.name = approval.tool;
    call.deadline = std::chrono::steady_clock::now() + timeout_;
    call.client = approval.client;
    call.mcp_method = "approval";
    call_origin origin{std::move(content.order), nullptr};
    if (who->declared != nullptr || !content.declared.empty()) {
        // The declarations may have changed since; the requested tool must still be declared.
        origin.declared =
            who->declared == nullptr ? nullptr : who->declared->find(content.declared);
        const bool free = who->declared == nullptr || !who->declared->only;
        const bool known = origin.declared != nullptr &&
                           origin.declared->operation == approval.tool &&
                           is_shown(*origin.declared, *who);
        if (!known && !(content.declared.empty() && free))
            co_return not_callable("declaration_changed",
                                   "The account's declarations have no such tool any more.");
    }
    auto out = co_await runner_.run_approved(*who, *called, call, approval, std::move(origin));
    co_return out;
}

base::awaitable<approved_outcome> approved_calls::call(std::shared_ptr<const tenancy::grant> who,
                                                       const storage::approval_row& approval,
                                                       tenancy::approval_content content) {
    auto running = run(std::move(who), approval, std::move(content));
    auto out =
        co_await boost::asio::co_spawn(where_, std::move(running), boost::asio::use_awaitable);
    co_return out;
}

}  // namespace tollgate::stripe
