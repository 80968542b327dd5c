#include "server/cli/remote/approvals.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/url.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/gateway/answer_lost.hpp"
#include "server/cli/remote/approval_status.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view approvals_root = "/approval";

// Says what to do about an outcome that is not known.
int not_known(const std::string& id) {
    std::cerr << "It is not known whether the call was done. Do not repeat it: tollgate approvals "
                 "show "
              << id << '\n';
    return approvals_not_known;
}

}  // namespace

void approvals_commands::add(CLI::App& app) {
    auto* const group =
        command_group(app, "approvals", "Calls that wait for approval, asked of a running gateway");
    auto* const listing = group_.add(*group, "list", "List approvals, newest first, one a line",
                                     [this](const admin_client& gateway) { return list(gateway); });
    listing->add_option("--state", state_,
                        "pending, approved, executed, denied, expired or voided; default: all");
    listing->add_option("--server", server_, "mcp_…");
    listing->add_option("--tool", tool_, "The tool that was called");
    listing->add_option("--limit", limit_, "How many at most; default: 100")->check(whole_number());
    group_
        .add(*group, "show", "Show what a call would do, and who has answered",
             [this](const admin_client& gateway) { return show(gateway); })
        ->add_option("ID", id_, "apr_…")
        ->required();
    group_
        .add(*group, "object", "Show the object that a call is about, as Stripe has it now",
             [this](const admin_client& gateway) { return object(gateway); })
        ->add_option("ID", id_, "apr_…")
        ->required();
    const auto add_answer = [&](const char* name, const char* help, std::string_view verdict) {
        auto* const command = group_.add(
            *group, name, help,
            [this, verdict](const admin_client& gateway) { return answer(gateway, verdict); });
        command->add_option("ID", id_, "apr_…")->required();
        return command->add_option("--reason", reason_, "At most 200 bytes; the model reads it");
    };
    add_answer(
        "approve",
        "Agree to a call (exit status 3: others must agree too, or it is still being "
        "executed; 4: it was not done; 5: it is not known whether it was done, do not repeat the "
        "call)",
        "approve");
    add_answer("deny", "Refuse a call, for good", "deny")->required();
}

result<int> approvals_commands::list(const admin_client& gateway) const {
    std::string path{approvals_root};
    if (!state_.empty()) base::append_query(path, "state", state_);
    if (!server_.empty()) base::append_query(path, "mcp_server_id", server_);
    if (!tool_.empty()) base::append_query(path, "tool", tool_);
    return group_.list_all(gateway, path,
                           {"id", "state", "tool", "created_at", "expires_at", "rule", "reason"},
                           limit_);
}

result<int> approvals_commands::show(const admin_client& gateway) const {
    return group_.ask(gateway, "GET", path_below(approvals_root, id_));
}

result<int> approvals_commands::object(const admin_client& gateway) const {
    return group_.ask(gateway, "GET", path_below(approvals_root, id_) + "/object");
}

result<int> approvals_commands::answer(const admin_client& gateway,
                                       std::string_view verdict) const {
    const auto body = send_verdict(gateway, approvals_root, id_, verdict, reason_);
    const auto why = body ? std::string{} : body.error().code;
    const bool taken = why == answer_lost || why == "unreadable_answer";
    if (taken && verdict == "approve") {
        complain(body.error().message);
        return not_known(id_);
    }
    if (!body) return body.error();
    const auto shown = group_.show(*body);
    if (verdict == "deny") {
        if (!shown) return shown.error();
        return gateway_done;
    }
    // The gateway has taken the answer, so that the call may have been made.
    if (!shown) std::cerr << "tollgate: " << shown.error().message << '\n';
    const int status = approval_status(*body);
    return status == approvals_not_known ? not_known(id_) : status;
}

}  // namespace tollgate::server
