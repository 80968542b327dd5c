#include "server/cli/remote/declare.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>

#include "base/json_text.hpp"
#include "server/cli/gateway/file_watch.hpp"
#include "server/cli/remote/targets.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

using base::result;

}  // namespace

void declare_commands::add(CLI::App& app) {
    auto* const group = command_group(app, "declare", declare_group_help);
    auto* const applying =
        group_.add(*group, "apply",
                   "Put a declarations file in force (exit status 1: it is wrong, and the old one "
                   "stays)",
                   of_account(&declare_commands::apply));
    applying->add_option("FILE", file_,
                         "The declarations file; default: usepaso.yaml, or declarations.yaml");
    applying->add_flag("--watch", watch_, "Apply it again whenever it changes, until interrupted");
    auto* const showing = group_.add(*group, "show", "Print the declarations of an account",
                                     of_account(&declare_commands::show));
    auto* const removing = group_.add(
        *group, "remove",
        "Remove the declarations of an account: its MCP servers have all tools of their filters "
        "again",
        of_account(&declare_commands::remove));
    for (auto* const command : {applying, showing, removing})
        command->add_option("--account", account_, "ia_…, or the name of the integrated account")
            ->required();
}

gateway_commands::action declare_commands::of_account(action act) {
    return [this, act](const admin_client& gateway) -> result<int> {
        auto id = account_id_named(gateway, account_);
        if (!id) return id.error();
        account_ = std::move(*id);
        return (this->*act)(gateway);
    };
}

std::string declare_commands::path() const {
    return path_below("/integrated-account", account_) + "/declarations";
}

result<int> declare_commands::apply_once(const admin_client& gateway,
                                         const declarations_file& file) const {
    const auto& read = file.checked.read;
    if (!read.valid()) {
        std::cerr << stripe::problem_lines(read.problems, file.name) << '\n'
                  << file.name << " is not applied: what was in force stays.\n";
        return gateway_wrong_usage;
    }
    std::string body = "{";
    base::json_members{body}.text("document", file.text);
    const auto answer = gateway.call("PUT", path(), body + '}');
    if (!answer) return answer.error();
    if (group_.json()) {
        const auto shown = group_.show(*answer);
        if (!shown) return shown.error();
    } else {
        std::cout << "applied " << file.name << " to " << account_ << " (" << read.document.service
                  << ", " << read.document.capabilities.size() << " capabilities, version "
                  << member_of(*answer, "version") << ")\n"
                  << std::flush;
    }
    return gateway_done;
}

result<int> declare_commands::apply(const admin_client& gateway) const {
    if (watch_) return watch(gateway);
    const stripe::catalogue_directory tools;
    const auto file = read_declarations_file(declarations_path(file_), false, tools);
    if (!file) {
        std::cerr << file.error().message << '\n';
        return gateway_wrong_usage;
    }
    return apply_once(gateway, *file);
}

result<int> declare_commands::watch(const admin_client& gateway) const {
    const stripe::catalogue_directory tools;
    const std::string name = declarations_path(file_);
    std::optional<declarations_file> now;
    return watch_file({.read = [&]() -> result<std::string> {
                           auto file = read_declarations_file(name, false, tools);
                           if (!file) return file.error();
                           now = std::move(*file);
                           return now->text;
                       },
                       .apply = [&](const std::string&) { return apply_once(gateway, *now); }});
}

result<int> declare_commands::show(const admin_client& gateway) const {
    const auto body = gateway.call("GET", path());
    if (!body) return body.error();
    if (group_.json()) {
        const auto shown = group_.show(*body);
        if (!shown) return shown.error();
        return gateway_done;
    }
    std::cout << member_of(*body, "document");
    return gateway_done;
}

result<int> declare_commands::remove(const admin_client& gateway) const {
    const auto body = gateway.call("DELETE", path());
    if (!body) return body.error();
    const auto shown = group_.show(*body);
    if (!shown) return shown.error();
    return gateway_done;
}

}  // namespace tollgate::server
