#include "server/cli/spelling.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

#include "base/nearest.hpp"

namespace tollgate::server {

namespace {

// Our flag for a flag that other programs use.
std::string_view usual_flag(std::string_view name) {
    for (const std::string_view address : {"--port", "--host", "--listen", "--bind", "--address"})
        if (name == address) return "--server-listen host:port";
    return {};
}

std::vector<const CLI::App*> below(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

// Groups of options are commands without a name to the parser.
std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    auto out = below(app);
    std::erase_if(out, [](const auto* one) { return one->get_name().empty(); });
    return out;
}

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
    std::vector<std::string> out;
    for (const auto* one : commands)
        if (!one->get_group().empty()) out.push_back(one->get_name());
    return out;
}

// The flags of `app`, and of all below it.
void add_flags(const CLI::App& app, std::vector<std::string>& into) {
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) into.push_back("--" + name);
    for (const auto* one : below(app)) add_flags(*one, into);
}

std::string sentence(std::string_view kind, std::string_view name,
                     const std::vector<std::string>& choices) {
    std::string_view near = kind == "flag" ? usual_flag(name) : std::string_view{};
    if (near.empty()) {
        const std::vector<std::string_view> known(choices.begin(), choices.end());
        near = base::nearest_word(name, known);
    }
    std::string out = "there is no ";
    out += kind;
    out += ' ';
    out += name;
    if (near.empty()) return out;
    out += "; did you mean ";
    out += near;
    return out + '?';
}

}  // namespace

std::vector<std::string> misspellings(const CLI::App& app, const std::vector<std::string>& words) {
    std::vector<std::string> out;
    std::vector<std::string> wrong_flags;
    const CLI::App* at = &app;
    bool lost = false;  // a command is unknown: what follows may be its arguments
    for (const auto& word : words) {
        const auto name = word.substr(0, word.find('='));
        if (name == "--") break;
        if (name.starts_with("--")) {
            wrong_flags.push_back(name);
            continue;
        }
        const auto commands = commands_of(*at);
        if (lost || commands.empty() || name.starts_with("-")) continue;
        const auto found = std::find_if(commands.begin(), commands.end(),
                                        [&](const auto* one) { return one->get_name() == name; });
        lost = found == commands.end();
        if (lost)
            out.push_back(sentence("command", name, names_of(commands)));
        else
            at = *found;
    }
    std::vector<std::string> flags;
    add_flags(*at, flags);
    for (const auto& name : wrong_flags)
        if (std::find(flags.begin(), flags.end(), name) == flags.end())
            out.push_back(sentence("flag", name, flags));
    return out;
}

}  // namespace tollgate::server
