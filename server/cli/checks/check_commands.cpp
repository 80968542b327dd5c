#include "server/cli/checks/check_commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>

#include "base/json_text.hpp"
#include "server/cli/checks/file_checks.hpp"
#include "server/cli/checks/network_checks.hpp"
#include "server/cli/checks/redis_check.hpp"
#include "server/cli/checks/self_call.hpp"
#include "server/cli/clients/message.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/commands.hpp"
#include "server/log/redaction.hpp"

namespace tollgate::server {

namespace {

void append(checks::findings& to, checks::findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

void check_commands::add(CLI::App& app) {
    auto* const health = app.add_subcommand(
        "health", "Ask the gateway of these settings whether it is ready, as a container's check");
    health->add_flag("--live", live_, "Ask whether it runs, even if its database is away");
    auto* const check =
        command_group(app, "config", "Look at the configuration")
            ->add_subcommand("check", "Check the settings and the files that they name");
    auto* const doctor = app.add_subcommand(
        "doctor", "Check everything that the gateway needs, and what its clients will see");
    doctor
        ->add_option("--mcp-url", mcp_url_,
                     "An MCP URL to try as a client; it is a secret, so the variable is better")
        ->envname("TOLLGATE_MCP_URL");
    for (auto* const command : {health, check, doctor})
        command->add_flag("--json", json_, "Print one JSON object");
    for (auto* const command : {check, doctor}) {
        command->footer(
            "Exit status: 0 nothing fails, 1 the settings cannot be read, 2 something fails.");
    }
    health->footer("Exit status: 0 it is, 1 it is not.");
    entries_ = {
        {health, [this](const config& value) { return run_health(value); }},
        {check, [this](const config& value) { return run_config_check(value); },
         settings_in_help::database,
         [this](const std::vector<base::failure>& mistakes) { return show_mistakes(mistakes); }},
        {doctor, [this](const config& value) { return run_doctor(value); }},
    };
}

int check_commands::run_health(const config& value) const {
    try {
        const auto answer = checks::ask_this_gateway(value, live_ ? "/healthz" : "/readyz");
        std::string reason;
        if (!answer)
            reason = answer.error().message;
        else if (answer->status != 200)
            reason = "the gateway answers " + std::to_string(answer->status) + ": " +
                     clients::problem_sentence(answer->body);
        if (json_) {
            std::string out = "{";
            base::json_members{out}.truth("healthy", reason.empty()).text("reason", reason);
            std::cout << out << "}\n";
        }
        return reason.empty() ? 0 : complain(reason);
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int check_commands::run_config_check(const config& value) const {
    try {
        auto all = checks::check_settings(value);
        append(all, checks::check_files(value));
        return show(all);
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int check_commands::show_mistakes(const std::vector<base::failure>& mistakes) const {
    checks::findings all;
    for (const auto& one : mistakes) {
        if (!json_) complain(redact(one.message));
        all.push_back(checks::failure("settings", one.message,
                                      "correct it; 'tollgate config print' lists all settings"));
    }
    if (json_) show(all);
    return checks_wrong_usage;
}

int check_commands::run_doctor(const config& value) const {
    try {
        auto all = checks::check_settings(value);
        append(all, checks::check_files(value));
        all.push_back(checks::check_database(value));
        all.push_back(checks::check_redis(value));
        all.push_back(checks::check_running(value));
        append(all, checks::check_stripe(value));
        all.push_back(checks::check_public_address(value));
        all.push_back(checks::check_authorization_header(value));
        append(all, checks::check_mcp_url(mcp_url_));
        append(all, checks::check_clients(value));
        return show(all);
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int check_commands::show(const checks::findings& all) const {
    if (json_) {
        std::cout << redact(checks::json_of(all));
    } else {
        for (const auto& one : all) std::cout << redact(checks::line_of(one));
    }
    return checks::any_failure(all) ? checks_failed : checks_passed;
}

}  // namespace tollgate::server
