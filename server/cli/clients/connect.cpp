#include "server/cli/clients/connect.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sys/stat.h>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/clients/mcp_url.hpp"
#include "server/cli/commands.hpp"
#include "server/log/redaction.hpp"

namespace tollgate::server {

namespace {

using clients::change_kind;
using clients::client_kind;

constexpr std::size_t name_bytes_max = 40;

std::vector<std::string> client_ids() {
    std::vector<std::string> out;
    for (const auto& one : clients::client_kinds()) out.emplace_back(one.id);
    return out;
}

// Names that every client takes.
std::string check_name(const std::string& name) {
    const bool good = !name.empty() && name.size() <= name_bytes_max &&
                      std::all_of(name.begin(), name.end(),
                                  [](char c) { return base::is_word_character(c) || c == '-'; });
    return good ? "" : "must be 1 to 40 letters, digits, '-' and '_'";
}

std::optional<std::string> variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string_view verb(change_kind kind) {
    switch (kind) {
        case change_kind::add:
            return "added to";
        case change_kind::update:
            return "updated in";
        case change_kind::remove:
        case change_kind::restore:
            return "removed from";
        case change_kind::unlink:
            return "removed with";
        case change_kind::none:
            break;
    }
    return "unchanged in";
}

// A warning about a file that others may read.
void warn_of_mode(const clients::config_file& file) {
    if ((file.mode & (S_IRGRP | S_IROTH)) == 0) return;
    std::cerr << "Others may read " << file.path << ", and the URL in it is a secret: chmod 600 \""
              << file.path << "\"\n";
}

base::result<> carry_out(const clients::config_file& file, const clients::config_change& change) {
    if (change.kind == change_kind::unlink) return clients::delete_config_file(file);
    const auto done = clients::replace_config_file(file, change.text, change.backup);
    if (done && change.kind == change_kind::restore) clients::delete_backup(file);
    return done;
}

}  // namespace

void connect_command::add(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "connect", "Write an MCP URL into the configuration of a client on this machine");
    command->add_option("client", client_, "Which client")->required()->check(one_of(client_ids()));
    command
        ->add_option("--url", url_,
                     "The MCP URL; - reads it from standard input. It is a secret, so the variable "
                     "is better than the flag")
        ->envname("TOLLGATE_MCP_URL");
    command->add_option("--name", name_, "What the client calls the server; default: stripe")
        ->check(CLI::Validator(check_name, "NAME"));
    command->add_option("--config", file_, "The client's file, instead of its usual one");
    command
        ->add_option("--os", system_,
                     "Where the client runs: linux, macos or windows; default: this system")
        ->check(one_of({"linux", "macos", "windows"}));
    command->add_flag("--json", json_, "One JSON object, with the URL masked");
    auto* const dry = command->add_flag("--dry-run", dry_run_, "Say what would be done");
    auto* const print =
        command->add_flag("--print", print_, "Print the entry with the URL, and write nothing");
    auto* const remove = command->add_flag("--remove", remove_, "Remove the entry again");
    print->excludes(dry)->excludes(remove);
    entries_ = {{command, [this] { return run(); }}};
}

int connect_command::run() const {
    const auto* const client = clients::find_client(client_);
    const bool page = client->format == clients::config_format::page;
    std::string url;
    if (!remove_) {
        auto taken = clients::take_mcp_url(url_);
        if (!taken) return complain(taken.error().message);
        url = std::move(*taken);
    }
    if (page && remove_) {
        return say("In " + std::string(client->title) + ", delete the app in Settings → Apps.\n");
    }
    if (page || print_) return print(*client, url);
    return change(*client, url);
}

int connect_command::say(const std::string& text) const {
    if (json_) {
        std::string out = "{";
        base::json_members{out}.text("client", client_).text("text", text);
        std::cout << out << "}\n";
    } else {
        std::cout << text;
    }
    return 0;
}

int connect_command::print(const client_kind& client, const std::string& url) const {
    const std::string text = clients::snippet(client, name_, url, clients::own_path());
    if (json_) return say(print_ ? text : redact(text));
    std::cout << (print_ ? text : redact(text));
    if (!print_) std::cout << "The URL is masked; --print shows it.\n";
    return 0;
}

int connect_command::change(const client_kind& client, const std::string& url) const {
    auto path =
        file_.empty()
            ? clients::default_path(
                  client, clients::system_named(system_).value_or(clients::system_here()), variable)
            : base::result<std::string>{file_};
    if (!path) return complain(path.error().message);
    const auto file = clients::read_config_file(*path);
    if (!file) return complain(file.error().message);
    const clients::config_state state{file->text, file->backup};
    const auto planned =
        remove_ ? clients::plan_remove(client, *path, state, name_)
                : clients::plan_add(client, *path, state, {name_, url, clients::own_path()});
    if (!planned) return complain(redact(planned.error().message));
    if (planned->kind != change_kind::none && !dry_run_) {
        const auto done = carry_out(*file, *planned);
        if (!done) return complain(done.error().message);
    }
    announce(client, *planned, *path, *file);
    if (dry_run_ && !json_ && planned->kind == change_kind::add)
        std::cout << redact(clients::snippet(client, name_, url, clients::own_path()));
    if (!remove_ && !dry_run_) warn_of_mode(*file);
    return 0;
}

void connect_command::announce(const client_kind& client, const clients::config_change& change,
                               const std::string& path, const clients::config_file& file) const {
    if (json_) {
        const bool backup = change.backup || file.backup.has_value();
        std::string out = "{";
        base::json_members{out}
            .text("client", client.id)
            .text("name", name_)
            .text("file", path)
            .text("change", verb(change.kind))
            .truth("dry_run", dry_run_)
            .text("backup", backup ? clients::backup_path(file.path) : "");
        std::cout << out << "}\n";
        return;
    }
    if (change.kind == change_kind::none) {
        std::cout << (remove_ ? "'" + name_ + "' is not in " + path + ".\n"
                              : "'" + name_ + "' is in " + path + " already.\n");
        return;
    }
    std::cout << "'" << name_ << (dry_run_ ? "' would be " : "' was ") << verb(change.kind) << ' '
              << path;
    const auto backup = clients::backup_path(file.path);
    if (change.backup && !file.backup)
        std::cout << "; the old content " << (dry_run_ ? "would be" : "is") << " kept in "
                  << backup;
    else if (change.backup)
        std::cout << "; an older content is in " << backup;
    std::cout << ".\n";
    if (!dry_run_ && !remove_) std::cout << client.next << "\n";
}

}  // namespace tollgate::server
