#include "tenancy/work/approval_viewer.hpp"

#include <utility>

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

base::failure without_access(const base::failure& why) {
    if (why.kind == errc::forbidden) return fail(errc::conflict, "suspended", why.message);
    if (why.kind != errc::not_found) return why;
    return fail(errc::conflict, "token_ended",
                "the MCP server's token that asked has ended, so nothing is read with its access");
}

}  // namespace

awaitable<result<approval_object>> approval_viewer::look(std::string team_id, std::string id) {
    if (reader_ == nullptr)
        co_return fail(errc::unavailable, "stripe_unavailable",
                       "this gateway cannot ask Stripe now");
    const auto found = co_await executor_.find(team_id, std::move(id));
    if (!found) co_return found.error();
    const auto& approval = found->approval.approval;
    approval_subject about{nullptr, approval, {}, {}, {}, {}};
    if (has_ended(approval.state)) {
        if (found->receipt) {
            about.made_kind = found->receipt->outcome.object;
            about.made_id = found->receipt->outcome.object_id;
            about.made_for = found->receipt->connected_account;
        }
        if (about.made_id.empty())
            co_return fail(errc::conflict, "approval_ended",
                           "the approval has ended and its content is erased, so it is not known "
                           "any more which object the call was about");
    } else {
        about.content = found->approval.content;
    }
    std::string digest = approval.token_digest;
    auto who = co_await who_.find_by_digest(std::move(digest));
    if (!who) co_return without_access(who.error());
    if ((*who)->team_id != team_id || (*who)->account->id != approval.account_id)
        co_return fail(errc::conflict, "token_ended",
                       "the token that asked belongs to another account now");
    about.who = std::move(*who);
    auto out = co_await reader_->read(std::move(about));
    co_return out;
}

}  // namespace tollgate::tenancy
