#include "server/cli/usage_error.hpp"

#include <CLI/CLI.hpp>

#include <string_view>

#include "server/cli/spelling.hpp"

namespace tollgate::server {

namespace {

struct reached_command {
    const CLI::App* command;
    std::string path;  // "tollgate approvals show"
};

// The last command that was recognized. Groups of options are commands without a name.
reached_command reached(const CLI::App& app) {
    reached_command out{&app, app.get_name()};
    for (bool deeper = true; deeper;) {
        deeper = false;
        for (const CLI::App* one : out.command->get_subcommands()) {
            if (one->get_name().empty()) continue;
            out = {one, out.path + ' ' + one->get_name()};
            deeper = true;
            break;
        }
    }
    return out;
}

std::string list_of_commands(const CLI::App& group) {
    std::string out;
    for (const CLI::App* one : group.get_subcommands([](const CLI::App*) { return true; })) {
        if (one->get_name().empty() || one->get_group().empty()) continue;
        if (!out.empty()) out += ", ";
        out += one->get_name();
    }
    return out;
}

std::string what_is_needed(const CLI::App& command, const std::string& text) {
    static constexpr std::string_view one_of_several = "Exactly 1 option from [";
    if (text.starts_with("A subcommand")) return " needs a command: " + list_of_commands(command);
    if (!text.starts_with(one_of_several))
        return " needs " + text.substr(0, text.rfind(" is required"));
    const auto begin = one_of_several.size();
    return " needs one of " + text.substr(begin, text.find(']') - begin);
}

std::string unexpected(const CLI::App& command) {
    std::string out = " does not take";
    for (const auto& word : command.remaining()) out += ' ' + word;
    return out;
}

// What follows the command's name: the parser's words, but where ours are plainer.
std::string cause(const CLI::ParseError& error, const CLI::App& command) {
    std::string text = error.what();
    if (error.get_name() == "RequiredError") return what_is_needed(command, text);
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
        return unexpected(command);
    if (error.get_name() == "ArgumentMismatch" && text.find(" required ") != std::string::npos)
        return " needs a value after " + text.substr(0, text.find(':'));
    if (const auto at = text.find(": must "); at != std::string::npos) text.erase(at, 1);
    return ": " + text;
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error,
                        const std::vector<std::string>& words) {
    std::string out;
    for (const auto& sentence : misspellings(app, words)) out += "tollgate: " + sentence + '\n';
    const auto [command, path] = reached(app);
    if (out.empty() && command == &app) return app.help();
    if (out.empty()) {
        const std::string name = path.substr(app.get_name().size() + 1);
        out = "tollgate: " + name + cause(error, *command) + '\n';
    }
    return out + "See " + path + " --help\n";
}

}  // namespace tollgate::server
