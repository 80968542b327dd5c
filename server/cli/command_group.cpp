#include "server/cli/command_group.hpp"

#include <CLI/CLI.hpp>

namespace tollgate::server {

CLI::App* command_group(CLI::App& app, const char* name, const char* help) {
    const auto there =
        app.get_subcommands([name](const CLI::App* one) { return one->get_name() == name; });
    if (!there.empty()) return there.front();
    auto* const group = app.add_subcommand(name, help);
    group->require_subcommand(1);
    return group;
}

}  // namespace tollgate::server
