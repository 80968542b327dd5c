#include "server/cli/completion/completion.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/embedded.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/completion/scripts.hpp"

namespace tollgate::server {

void completion_command::add(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "completion", "Print the script with which a shell completes commands and flags");
    command->add_option("shell", shell_, "Which shell")
        ->required()
        ->check(one_of({"bash", "zsh", "fish"}));
    command->footer(
        "bash: source <(tollgate completion bash)   zsh: source <(tollgate completion "
        "zsh)   fish: tollgate completion fish | source");
    entries_ = {{command, [this] {
                     for (const auto& one : completion_scripts::embedded_files())
                         if (one.name == "tollgate." + shell_) std::cout << one.text;
                     return 0;
                 }}};
}

}  // namespace tollgate::server
