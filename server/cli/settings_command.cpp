#include "server/cli/settings_command.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <optional>
#include <unistd.h>

#include "server/cli/commands.hpp"
#include "server/config/load.hpp"
#include "server/config/settings.hpp"

namespace tollgate::server {

namespace {

std::vector<std::string> environment_names() {
    std::vector<std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (text.starts_with("TOLLGATE_")) out.emplace_back(text.substr(0, text.find('=')));
    }
    return out;
}

}  // namespace

settings_flags::settings_flags() : values_(settings().size()) {}

void settings_flags::add_to(CLI::App& command, settings_in_help which) {
    command.add_option("--config", file_, "YAML file with settings")->envname("TOLLGATE_CONFIG");
    std::size_t index = 0;
    for (const auto& row : settings()) {
        const std::string unit = row.unit.empty() ? "" : " [" + std::string(row.unit) + "]";
        auto* const option =
            command.add_option(flag_name(row.key), values_[index++], std::string(row.help) + unit);
        const bool hidden =
            secret_alone(row) || (which == settings_in_help::database && row.key != "data.url" &&
                                  row.key != "data.directory");
        option->group(hidden ? "" : "Settings");
        if (row.truth) option->expected(0, 1);
    }
    if (which == settings_in_help::database)
        command.footer("The other settings of 'tollgate serve --help' are taken too.");
}

int settings_flags::run(const settings_command& one) const {
    config_sources from;
    from.file = file_;
    from.environment = [](const std::string& name) -> std::optional<std::string> {
        const char* const value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    from.environment_names = environment_names();
    std::size_t index = 0;
    for (const auto& row : settings()) {
        const std::string& text = values_[index++];
        if (one.command->count(flag_name(row.key)) > 0)
            from.flags.emplace_back(std::string(row.key),
                                    row.truth && text.empty() ? "true" : text);
    }
    const auto value = load_config(from);
    if (!value && one.mistaken) return one.mistaken(find_mistakes(from));
    if (!value) return complain(value.error().message);
    return one.action(*value);
}

}  // namespace tollgate::server
