#include "server/cli/local/running.hpp"

#include <CLI/CLI.hpp>

#include "server/cli/command_group.hpp"
#include "server/cli/commands.hpp"

namespace tollgate::server {

void running_commands::add(CLI::App& app) {
    auto* const serve = app.add_subcommand("serve", "Run the gateway");
    auto* const sandbox =
        app.add_subcommand("sandbox", "Run the Stripe sandbox alone, on loopback");
    auto* const print =
        command_group(app, "config", "Look at the configuration")
            ->add_subcommand("print", "Print the effective settings as YAML, secrets masked");
    print->add_flag("--json", json_, "One JSON object");
    entries_ = {{serve, run_serve, settings_in_help::all},
                {sandbox, run_sandbox, settings_in_help::all},
                {print, [this](const config& value) { return run_config_print(value, json_); },
                 settings_in_help::all}};
}

}  // namespace tollgate::server
