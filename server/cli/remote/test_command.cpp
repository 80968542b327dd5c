#include "server/cli/remote/test_command.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "base/json_text.hpp"
#include "server/cli/declarations/declarations_text.hpp"
#include "server/cli/declarations/dry_run.hpp"
#include "server/cli/gateway/answer_lost.hpp"
#include "server/cli/gateway/gateway_access.hpp"
#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/remote/call_result.hpp"
#include "server/cli/remote/targets.hpp"
#include "server/cli/remote/test_server.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

using base::result;

bool is_read(const stripe::resolved_capability& one) {
    return one.called->read_only();
}

bool needs_arguments(const stripe::resolved_capability& one) {
    return std::ranges::any_of(one.tool.inputs, [](const auto& input) { return input.required; });
}

// A result as one JSON object with the name of its tool; secrets masked.
void print_result(const std::string& name, const std::string& text, bool json) {
    const std::string shown = stripe::mask_secrets(text);
    if (!json) {
        std::cout << texts_of(shown) << std::flush;
        return;
    }
    std::string out = "{";
    base::json_members{out}.text("name", name).raw("result", shown);
    std::cout << out << "}\n" << std::flush;
}

// Why --all does not call it; empty if it does.
std::string_view why_skipped(const stripe::resolved_capability& one) {
    if (!is_read(one)) return "it writes";
    if (one.tool.tier != tenancy::declared_tier::read) return "its permission is not read";
    return needs_arguments(one) ? "it needs arguments" : "";
}

void print_skipped(const std::string& name, std::string_view why, bool json) {
    if (!json) {
        std::cout << "skipped " << name << ": " << why << '\n';
        return;
    }
    std::string out = "{";
    base::json_members{out}.text("name", name).text("skipped", why);
    std::cout << out << "}\n";
}

// One tool of several: a line, or as JSON what print_result() prints, with "ok": false and "error"
// if it failed.
void print_tried(const std::string& name, const result<std::string>& answer, bool json) {
    const bool good = answer && status_of_result(*answer) == gateway_done;
    if (good && json) {
        print_result(name, *answer, true);
        return;
    }
    const auto text = answer ? texts_of(*answer) : answer.error().message;
    const auto why = stripe::mask_secrets(text.substr(0, text.find('\n')));
    if (!json) {
        std::cout << (good ? "ok " : "failed ") << name << (good ? "" : ": " + why) << '\n';
        return;
    }
    std::string out = "{";
    base::json_members members{out};
    members.text("name", name).truth("ok", false).text("error", why);
    std::cout << out << "}\n" << std::flush;
}

result<int> lost() {
    std::cerr << "the answer of the gateway was lost. The call may have been done: do not repeat "
                 "it before you have looked at what it would have changed\n";
    return gateway_not_known;
}

}  // namespace

void test_command::add(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "test",
        "Call declared tools through a running gateway, as a client does; with --dry-run show "
        "their requests, and send nothing");
    command->add_option("NAME", name_, "The tool");
    command->add_option("-f,--file", file_,
                        "The declarations file; default: usepaso.yaml, or declarations.yaml");
    command->add_option("-p,--param", parameters_, "An argument, name=value; may be repeated");
    command->add_flag("--all", all_,
                      "Every tool that reads and needs no argument; with --dry-run every tool");
    command->add_flag("--dry-run", dry_run_, "Show requests; no gateway is needed");
    command->add_option("--account", account_,
                        "ia_…, or the name of the integrated account; default: the only one");
    command->add_flag("--yes", yes_, "Also make the call of a tool that writes");
    command->add_flag("--json", json_, "One JSON object a tool");
    add_access(*command, access_);
    command->footer(
        "Exit status: 0 the tool did it, or every request builds; 1 wrong usage, a wrong file, or "
        "one that is not in force; 2 the gateway could not be asked, or it refused; 3 a person "
        "must approve the call; 4 the result is an error, or a constraint refuses; 5 the answer "
        "was lost, so that it may have been done.");
    entries_ = {{command, [this] { return run(); }}};
}

int test_command::run() const {
    if (all_ != name_.empty()) return say_mistake("name one tool, or write --all");
    const stripe::catalogue_directory tools;
    const auto file = read_declarations_file(declarations_path(file_), false, tools);
    if (!file) return say_mistake(file.error().message);
    if (!file->checked.read.valid())
        return say_mistake(stripe::problem_lines(file->checked.read.problems, file->name));
    if (dry_run_) return dry_run(*file);
    return ask_gateway(access_, gateway_not_asked, [&](const admin_client& gateway) {
        return all_ ? call_all(gateway, *file) : call_one(gateway, *file);
    });
}

int test_command::dry_run(const declarations_file& file) const {
    if (all_) return dry_run_all(file, parameters_, json_);
    const auto one = find_capability(file, name_);
    if (!one) return say_mistake(one.error().message);
    return dry_run_one(**one, parameters_, json_);
}

result<> test_command::check_in_force(const admin_client& gateway, const std::string& account_id,
                                      const declarations_file& file) const {
    const auto stored =
        gateway.call("GET", path_below("/integrated-account", account_id) + "/declarations");
    if (!stored) return stored.error();
    if (member_of(*stored, "document") == file.text) return {};
    return base::invalid("not_in_force", file.name + " is not what is in force for " + account_id +
                                             ": tollgate declare apply " + file.name +
                                             " --account " + account_id + ", or add --dry-run");
}

result<int> test_command::call_one(const admin_client& gateway,
                                   const declarations_file& file) const {
    const auto one = find_capability(file, name_);
    if (!one) return say_mistake(one.error().message);
    const auto arguments = arguments_of(**one, parameters_);
    if (!arguments) return say_mistake(arguments.error().message);
    if (!is_read(**one) && !yes_)
        return say_mistake(name_ + " writes: add --yes to make one real call, or --dry-run");
    const auto account = find_account_or_only(gateway, account_);
    if (!account) return account.error();
    if (const auto same = check_in_force(gateway, account->id, file); !same) {
        if (same.error().code == "not_in_force") return say_mistake(same.error().message);
        return same.error();
    }
    const auto& tool = (*one)->tool;
    auto server = tool.tier == tenancy::declared_tier::read
                      ? test_server::for_reads(gateway, account->id)
                      : test_server::for_tool(gateway, account->id, tool.operation);
    if (!server) return server.error();
    const auto answer = server->call(name_, *arguments);
    const auto approval_end = answer ? end_of_approval(*answer) : std::string{};
    if (!is_read(**one)) server->keep_if_needed(approval_end);
    if (!answer && answer.error().code == answer_lost) return lost();
    if (!answer) return answer.error();
    print_result(name_, *answer, json_);
    const int status = status_of_result(*answer);
    if (status == gateway_waits && approval_end.empty())
        std::cerr << "a person must agree to this call in a client\n";
    return status;
}

result<int> test_command::call_all(const admin_client& gateway,
                                   const declarations_file& file) const {
    const auto account = find_account_or_only(gateway, account_);
    if (!account) return account.error();
    if (const auto same = check_in_force(gateway, account->id, file); !same) {
        if (same.error().code == "not_in_force") return say_mistake(same.error().message);
        return same.error();
    }
    const auto server = test_server::for_reads(gateway, account->id);
    if (!server) return server.error();
    std::size_t called = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
    for (const auto& one : file.checked.resolved) {
        const auto& name = one.tool.name;
        if (const auto why = why_skipped(one); !why.empty()) {
            ++skipped;
            print_skipped(name, why, json_);
            continue;
        }
        const auto answer = server->call(name, "{}");
        const bool good = answer && status_of_result(*answer) == gateway_done;
        ++(good ? called : failed);
        print_tried(name, answer, json_);
    }
    if (!json_) std::cout << called << " ok, " << failed << " failed, " << skipped << " skipped.\n";
    return failed == 0 ? gateway_done : gateway_not_so;
}

}  // namespace tollgate::server
