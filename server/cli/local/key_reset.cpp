#include "server/cli/local/key_reset.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/app/first_key_file.hpp"
#include "server/app/store.hpp"
#include "server/app/tenancy_options.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/commands.hpp"
#include "server/log/json_log.hpp"
#include "tenancy/key_reset.hpp"

namespace tollgate::server {

void key_reset_command::add(CLI::App& app) {
    auto* const group = command_group(app, "key", "API keys, on the machine with the database");
    auto* const command = group->add_subcommand(
        "reset", "Make a new instance-owner key, when the last one is lost; the gateway may run");
    command->add_option("--name", name_, "What the key is called in the list of keys");
    command->add_option("--file", file_,
                        "A file, not there yet, that receives the key (mode 0600) in place of "
                        "standard output");
    command->add_flag("--json", json_, "One JSON object; with the key unless it is in --file");
    entries_ = {{command, [this](const config& value) { return run(value); }}};
}

int key_reset_command::run(const config& value) const {
    try {
        const auto where = place_of(value);
        if (!where) return complain(where.error().message);
        auto file = first_key_file::reserve(file_);
        if (!file) return complain(file.error().message);
        const base::system_clock clock;
        const auto options = tenancy_options_of(value, false);
        const auto made = tenancy::reset_owner_key(*where, options.peppers, name_, clock);
        if (!made) return complain(made.error().message);
        const auto log = make_json_log({value.log.level, value.log.file});
        log->warning("key_reset", {{"key", made->key.id},
                                   {"key_name", made->key.name},
                                   {"key_prefix", made->key.key_prefix},
                                   {"team", made->key.team_id}});
        const bool in_file = file->reserved();
        if (in_file) {
            const auto kept = file->keep(made->secret.reveal());
            if (!kept) return complain(kept.error().message);
        }
        show(*made, in_file);
        return 0;
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

void key_reset_command::show(const tenancy::new_api_key& made, bool in_file) const {
    if (json_) {
        std::string out = "{";
        base::json_members members{out};
        members.text("id", made.key.id).text("team_id", made.key.team_id);
        if (in_file)
            members.text("file", file_);
        else
            members.text("key", made.secret.reveal());
        std::cout << out << "}\n";
        return;
    }
    if (in_file)
        std::cout << "The API key is in " << file_ << "\n";
    else
        std::cout << "API key (shown once): " << made.secret.reveal() << "\n";
    std::cout << "It is " << made.key.id << ", an instance owner of team " << made.key.team_id
              << ". Delete the keys that are lost: GET /api-key lists them.\n";
}

}  // namespace tollgate::server
