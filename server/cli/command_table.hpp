// All commands of the program, as a list of their groups.
#pragma once
#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <vector>

#include "server/cli/settings_command.hpp"

namespace tollgate::server {

// A group is a class with `add(CLI::App&)`, called once, and `all()`: entries with `command`, owned
// by the app, and `action`, which returns the exit status and takes the settings or nothing.
template <typename... Groups>
class command_table {
public:
    command_table() = default;
    command_table(const command_table&) = delete;
    command_table& operator=(const command_table&) = delete;

    // Adds all commands to `app`, in the order of the groups. Call once; the table outlives the
    // app's use.
    void add(CLI::App& app) {
        std::apply([&](auto&... group) { (add_group(app, group), ...); }, groups_);
    }

    // Adds the flags of all commands, which a command otherwise gets when it is parsed. Parse
    // nothing afterwards.
    void add_all_flags() {
        for (const settings_command* one : without_flags_) flags_.add_to(*one->command, one->help);
        without_flags_.clear();
    }

    // Runs the command that was given: its exit status, or nothing if it is none of these.
    std::optional<int> run() const {
        for (const auto& one : entries_)
            if (*one.command) return one.action();
        return {};
    }

private:
    struct entry {
        CLI::App* command;
        std::function<int()> action;
    };

    template <typename Group>
    void add_group(CLI::App& app, Group& group) {
        group.add(app);
        for (const auto& one : group.all()) {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, settings_command>) {
                settings_of(one);
                entries_.push_back({one.command, [this, one] { return flags_.run(one); }});
            } else {
                entries_.push_back({one.command, one.action});
            }
        }
    }

    // The command gets its flags once it is given: there are more than a hundred, and CLI11
    // compares each with all others.
    void settings_of(const settings_command& one) {
        without_flags_.push_back(&one);
        one.command->preparse_callback([this, &one](std::size_t) {
            flags_.add_to(*one.command, one.help);
            std::erase(without_flags_, &one);
        });
    }

    std::tuple<Groups...> groups_;
    settings_flags flags_;
    std::vector<const settings_command*> without_flags_;
    std::vector<entry> entries_;
};

}  // namespace tollgate::server
