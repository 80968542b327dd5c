#include "server/cli/declarations/declarations.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "server/cli/declarations/declarations_text.hpp"
#include "server/cli/declarations/dry_run.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

void declarations_commands::add(CLI::App& app) {
    const auto add_one = [&](const char* name, const char* help, std::function<int()> action) {
        auto* const command = app.add_subcommand(name, help);
        command->add_option("FILE", file_,
                            "The declarations file; default: usepaso.yaml, or declarations.yaml; - "
                            "reads standard input");
        entries_.push_back({command, std::move(action)});
        return command;
    };
    auto* const validating =
        add_one("validate",
                "Check a declarations file; mistakes are shown with line and column (exit status "
                "1), regrets of --strict too (3)",
                [this] { return validate(); });
    validating->add_flag("--strict", strict_, "Also say what could be safer");
    validating->add_flag("--json", json_, "One JSON object");
    auto* const inspecting =
        add_one("inspect", "Show the tools of a declarations file", [this] { return inspect(); });
    inspecting->add_flag("--json", json_, "One JSON object, with the tools as clients see them");
}

int declarations_commands::validate() const {
    const stripe::catalogue_directory tools;
    const auto file = read_declarations_file(declarations_path(file_), strict_, tools);
    if (!file) return say_mistake(file.error().message);
    const auto& read = file->checked.read;
    const int status = !read.valid()        ? declarations_mistake
                       : read.regrets() > 0 ? declarations_regrets
                                            : declarations_good;
    if (json_) {
        std::cout << validation_json(*file) << '\n';
        return status;
    }
    if (!read.problems.empty())
        std::cerr << stripe::problem_lines(read.problems, file->name) << '\n';
    if (read.valid()) std::cout << valid_line(*file, strict_) << '\n';
    return status;
}

int declarations_commands::inspect() const {
    const stripe::catalogue_directory tools;
    const auto file = read_declarations_file(declarations_path(file_), false, tools);
    if (!file) return say_mistake(file.error().message);
    if (!file->checked.read.valid())
        return say_mistake(stripe::problem_lines(file->checked.read.problems, file->name));
    std::cout << (json_ ? inspection_json(*file) + '\n' : inspection_text(*file));
    return declarations_good;
}

}  // namespace tollgate::server
