#include "server/cli/remote/policy_changes.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/url.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/gateway/file_watch.hpp"
#include "server/cli/policy/policy.hpp"
#include "server/cli/policy/policy_file.hpp"
#include "server/cli/text/table.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr std::string_view policy_changes_root = "/policy-change";

}  // namespace

void policy_change_commands::add(CLI::App& app) {
    auto& group = *command_group(app, "policy", policy_group_help);
    auto* const applying = group_.add(
        group, "apply",
        "Put the rules of a file in force (exit status 3: a second person must confirm them)",
        [this](const admin_client& gateway) { return apply(gateway); });
    applying
        ->add_option("FILE", file_, "The policy file: 'rules:' and a list; - reads standard input")
        ->required();
    applying->add_option("--account", account_,
                         "ia_…: the rules of this account; default: of the team");
    applying->add_flag("--watch", watch_, "Apply it again whenever it changes, until interrupted");
    group_.add(group, "changes", "List the changes that wait for a second person",
               [this](const admin_client& gateway) { return list(gateway); });
    const auto add_verdict = [&](const char* name, const char* help) {
        auto* const command =
            group_.add(group, name, help,
                       [this, name](const admin_client& gateway) { return decide(gateway, name); });
        command->add_option("ID", id_, "pch_…")->required();
        command->add_option("--reason", reason_, "At most 200 bytes");
    };
    add_verdict("confirm", "Put a change in force as its second person");
    add_verdict("refuse", "End a change without putting it in force");
}

result<int> policy_change_commands::apply(const admin_client& gateway) const {
    if (watch_)
        return watch_file(
            {.read = [this] { return policy_file_text(file_); },
             .apply = [&](const std::string& text) { return apply_text(gateway, text, file_); }});
    const auto text = policy_file_text(file_);
    if (!text) {
        std::cerr << text.error().message << '\n';
        return policy_mistake;
    }
    return apply_text(gateway, *text, file_ == "-" ? "standard input" : file_);
}

result<int> policy_change_commands::apply_text(const admin_client& gateway, const std::string& text,
                                               const std::string& named) const {
    const stripe::catalogue_directory tools;
    const auto file = read_policy_text(text, named, tools);
    if (!file) {
        std::cerr << file.error().message << '\n';
        if (watch_) std::cerr << named << " is not applied: what was in force stays.\n";
        return policy_mistake;
    }
    std::string path = "/team";
    if (!account_.empty()) path = path_below("/integrated-account", account_);
    const auto body = gateway.call("PUT", path + "/policy", file->body);
    if (!body) return body.error();
    const auto done = group_.show(*body);
    if (!done) return done.error();
    std::cout << std::flush;
    if (member_of(*body, "state") != "pending") return gateway_done;
    std::cerr << "A second person must confirm this change: tollgate policy confirm "
              << member_of(*body, "id") << '\n';
    return gateway_waits;
}

result<int> policy_change_commands::list(const admin_client& gateway) const {
    std::string path{policy_changes_root};
    base::append_query(path, "state", "pending");
    const auto body = gateway.call("GET", path);
    if (!body) return body.error();
    const auto count = group_.list(
        *body, {"id", "what", "integrated_account_id", "asked_by", "asked_at", "expires_at"});
    if (!count) return count.error();
    say_if_empty(*count);
    return gateway_done;
}

result<int> policy_change_commands::decide(const admin_client& gateway,
                                           std::string_view verdict) const {
    const auto body = send_verdict(gateway, policy_changes_root, id_, verdict, reason_);
    if (!body) return body.error();
    const auto done = group_.show(*body);
    if (!done) return done.error();
    return gateway_done;
}

}  // namespace tollgate::server
