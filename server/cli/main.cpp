#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <malloc.h>
#include <optional>
#include <unistd.h>

#include "base/nearest.hpp"
#include "server/cli/approvals.hpp"
#include "server/cli/audit.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/databases.hpp"
#include "server/cli/declarations.hpp"
#include "server/cli/declare.hpp"
#include "server/cli/demo.hpp"
#include "server/cli/key_reset.hpp"
#include "server/cli/orders.hpp"
#include "server/cli/people.hpp"
#include "server/cli/policy.hpp"
#include "server/cli/policy_changes.hpp"
#include "server/cli/receipts.hpp"
#include "server/cli/verify.hpp"
#include "server/config/load.hpp"
#include "server/config/settings.hpp"
#include "server/process/hardening.hpp"
#include "server/version.hpp"

namespace {

using namespace tollgate::server;

struct arguments {
    std::string file;
    std::vector<std::string> values;  // one per setting, in the order of settings()
};

enum class shown { all, database };

// --config and one flag per setting. Secrets are accepted as flags only to refuse them with a
// sentence, and are not shown in the help; commands on databases show only the settings that select
// the database.
void add_settings(CLI::App& command, arguments& into, shown which) {
    command.add_option("--config", into.file, "YAML file with settings")
        ->envname("TOLLGATE_CONFIG");
    std::size_t index = 0;
    for (const auto& row : settings()) {
        const std::string unit = row.unit.empty() ? "" : " [" + std::string(row.unit) + "]";
        auto* const option = command.add_option(flag_name(row.key), into.values[index++],
                                                std::string(row.help) + unit);
        const bool hidden =
            secret_alone(row) ||
            (which == shown::database && row.key != "data.url" && row.key != "data.directory");
        option->group(hidden ? "" : "Settings");
        if (row.truth) option->expected(0, 1);
    }
    if (which == shown::database)
        command.footer("The other settings of 'tollgate serve --help' are taken too.");
}

std::vector<std::string> environment_names() {
    std::vector<std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (text.starts_with("TOLLGATE_")) out.emplace_back(text.substr(0, text.find('=')));
    }
    return out;
}

config_sources gather(const CLI::App& command, const arguments& given) {
    config_sources out;
    out.file = given.file;
    out.environment = [](const std::string& name) -> std::optional<std::string> {
        const char* const value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    out.environment_names = environment_names();
    std::size_t index = 0;
    for (const auto& row : settings()) {
        const std::string& text = given.values[index++];
        if (command.count(flag_name(row.key)) > 0)
            out.flags.emplace_back(std::string(row.key), row.truth && text.empty() ? "true" : text);
    }
    return out;
}

int run(const CLI::App& command, const arguments& given,
        const std::function<int(const config&)>& action) {
    const auto value = load_config(gather(command, given));
    if (!value) {
        std::cerr << "tollgate: " << value.error().message << "\n";
        return 1;
    }
    return action(*value);
}

// Runs a command that takes settings.
template <typename Command>
int run_with(const Command& one, const arguments& given) {
    return run(*one.command(), given, [&one](const config& value) { return one.run(value); });
}

// The exit status of the command that was given, if it is one of these.
template <typename Entries>
std::optional<int> run_one_of(const Entries& commands) {
    for (const auto& one : commands)
        if (*one.command) return one.action();
    return {};
}

// The groups of commands that take none of the gateway's settings.
class settingless_commands {
public:
    void add(CLI::App& app) {
        policy_.add(app);
        policy_changes_.add(*app.get_subcommand("policy"));
        people_.add(app);
        approvals_.add(app);
        receipts_.add(app);
        orders_.add(app);
        declarations_.add(app);
        declare_.add(app);
    }
    // The exit status of the command that was given, if it is one of these.
    std::optional<int> run() const {
        for (const auto& status : {run_one_of(policy_.all()), run_one_of(policy_changes_.all()),
                                   run_one_of(people_.all()), run_one_of(approvals_.all()),
                                   run_one_of(receipts_.all()), run_one_of(orders_.all()),
                                   run_one_of(declarations_.all()), run_one_of(declare_.all())})
            if (status) return status;
        return {};
    }

private:
    policy_commands policy_;
    policy_change_commands policy_changes_;
    people_commands people_;
    approvals_commands approvals_;
    receipts_commands receipts_;
    orders_commands orders_;
    declarations_commands declarations_;
    declare_commands declare_;
};

// Our flag for a flag that other programs use.
std::string_view usual_flag(std::string_view name) {
    for (const std::string_view address : {"--port", "--host", "--listen", "--bind", "--address"})
        if (name == address) return "--server-listen host:port";
    return {};
}

// Suggests the nearest command or flag for each unknown word.
void suggest(int count, char** words) {
    const std::vector<std::string_view> commands{
        "serve",  "sandbox",   "config", "db",       "backup",   "restore", "version",
        "help",   "key",       "audit",  "policy",   "receipts", "verify",  "demo",
        "orders", "approvals", "people", "validate", "test",     "inspect", "declare"};
    std::vector<std::string> flags{"--config",
                                   "--help",
                                   "--version",
                                   "--from",
                                   "--to",
                                   "--force",
                                   "--name",
                                   "--file",
                                   "--export",
                                   "--key",
                                   "--against-anchor",
                                   "--team",
                                   "--tool",
                                   "--arguments",
                                   "--at",
                                   "--url",
                                   "--key-file",
                                   "--json",
                                   "--state",
                                   "--limit",
                                   "--account",
                                   "--reason",
                                   "--email",
                                   "--role",
                                   "--group",
                                   "--server",
                                   "--slow",
                                   "--writes",
                                   "--junit",
                                   "--strict",
                                   "--param",
                                   "--all",
                                   "--dry-run",
                                   "--watch"};
    for (const auto& row : settings()) flags.push_back(flag_name(row.key));
    const std::vector<std::string_view> known(flags.begin(), flags.end());
    for (int i = 1; i < count; ++i) {
        const std::string_view word{words[i]};
        const std::string_view name = word.substr(0, word.find('='));
        const bool flag = name.starts_with("--");
        if (!flag && i > 1) continue;
        const auto& choices = flag ? known : commands;
        if (std::find(choices.begin(), choices.end(), name) != choices.end()) continue;
        auto near = usual_flag(name);
        if (near.empty()) near = tollgate::base::nearest_word(name, choices);
        std::cerr << "tollgate: there is no " << (flag ? "flag " : "command ") << name;
        if (!near.empty()) std::cerr << "; did you mean " << near << "?";
        std::cerr << "\n";
    }
}

CLI::App* add_group(CLI::App& app, const char* name, const char* help) {
    auto* const group = app.add_subcommand(name, help);
    group->require_subcommand(1);
    return group;
}

void set_up_process() {
    protect_process();
    // Answers of some hundred kilobytes are allocated and freed with every call: keep their memory
    // instead of returning it to the system.
    mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
    std::signal(SIGPIPE, SIG_IGN);  // a client that disconnects is an error code, not a signal
}

}  // namespace

int main(int count, char** words) {
    set_up_process();
    CLI::App app{"Tollgate: an MCP gateway for Stripe", "tollgate"};
    app.require_subcommand(1);
    arguments given;
    given.values.resize(settings().size());
    auto* const serve = app.add_subcommand("serve", "Run the gateway");
    auto* const sandbox =
        app.add_subcommand("sandbox", "Run the Stripe sandbox alone, on loopback");
    auto* const config_command = add_group(app, "config", "Look at the configuration");
    auto* const print = config_command->add_subcommand(
        "print", "Print the effective settings as YAML, secrets masked");
    auto* const version_command = app.add_subcommand("version", "Print the version");
    auto* const help = app.add_subcommand("help", "Print this text");
    app.set_version_flag("--version", "tollgate " + std::string(version), "Print the version");
    database_commands databases;
    databases.add(app);
    key_reset_command key_reset;
    key_reset.add(app);
    auto* const audit = add_group(app, "audit", "The audit log");
    audit_verify_command audit_verify;
    audit_verify.add(*audit);
    audit_export_command audit_export;
    audit_export.add(*audit);
    settingless_commands groups;
    groups.add(app);
    verify_command verify;
    verify.add(app);
    demo_command demo;
    demo.add(app);
    for (auto* const command : {serve, sandbox, print}) add_settings(*command, given, shown::all);
    for (const auto& one : databases.all()) add_settings(*one.command, given, shown::database);
    for (auto* const command : {key_reset.command(), audit_export.command()})
        add_settings(*command, given, shown::database);
    const std::string top_help = app.help();
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        if (status != 0) suggest(count, words);
        return status == 0 ? 0 : 1;
    }
    if (*serve) return run(*serve, given, run_serve);
    if (*sandbox) return run(*sandbox, given, run_sandbox);
    if (*print) return run(*print, given, run_config_print);
    for (const auto& one : databases.all())
        if (*one.command) return run(*one.command, given, one.action);
    if (*key_reset.command()) return run_with(key_reset, given);
    if (*audit_export.command()) return run_with(audit_export, given);
    if (const auto status = groups.run()) return *status;
    if (*audit_verify.command()) return audit_verify.run();
    if (*verify.command()) return verify.run();
    if (*demo.command()) return demo.run();
    if (*help) std::cout << top_help;
    if (*version_command) std::cout << "tollgate " << version << "\n";
    return 0;
}
