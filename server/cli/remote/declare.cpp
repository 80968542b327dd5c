#include "server/cli/remote/declare.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "base/json_text.hpp"
#include "server/cli/remote/targets.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

using base::result;

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{250};
constexpr std::chrono::milliseconds again_after_max{10'000};

volatile std::sig_atomic_t ended = 0;

void end_watch(int /*signal*/) {
    ended = 1;
}

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
    std::signal(SIGINT, end_watch);
    std::signal(SIGTERM, end_watch);
    const stripe::catalogue_directory tools;
    const std::string name = declarations_path(file_);
    std::string last;
    bool first = true;
    auto again_after = look_every;
    auto again_at = clock::now();
    while (ended == 0) {
        // An editor may replace the file: while there is none, the last one stays.
        const auto file = read_declarations_file(name, false, tools);
        if (!file && first) return file.error();
        if (file && (first || file->text != last) && clock::now() >= again_at) {
            const auto status = apply_once(gateway, *file);
            if (!status && first) return status.error();
            if (!status) std::cerr << status.error().message << '\n';
            // Only what the gateway has not answered is tried again, less and less often.
            const bool answered = status || status.error().kind != base::errc::unavailable;
            if (answered) last = file->text;
            again_after = answered ? look_every : std::min(again_after * 2, again_after_max);
            again_at = clock::now() + (answered ? look_every : again_after);
            first = false;
        }
        std::this_thread::sleep_for(look_every);
    }
    return gateway_done;
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
