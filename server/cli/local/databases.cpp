#include "server/cli/local/databases.hpp"

#include <CLI/CLI.hpp>

#include <iomanip>
#include <iostream>

#include "base/json_text.hpp"
#include "server/app/store.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/text/answer_lines.hpp"
#include "server/cli/text/progress.hpp"

namespace tollgate::server {

namespace {

using storage::database_place;
using storage::existing;
using storage::table_facts;

std::string json_of(const std::vector<table_facts>& tables) {
    std::string out = "[";
    for (const table_facts& one : tables) {
        out += out.size() > 1 ? ",{" : "{";
        base::json_members members{out};
        members.text("name", one.name).number("rows", static_cast<std::int64_t>(one.rows));
        if (!one.digest.empty()) members.text("sha256", one.digest);
        out += '}';
    }
    return out + ']';
}

void show(const std::vector<table_facts>& tables) {
    for (const table_facts& one : tables) {
        std::cout << "  " << std::left << std::setw(24) << one.name << std::right << std::setw(10)
                  << one.rows << " rows";
        if (!one.digest.empty()) std::cout << "  sha256 " << one.digest.substr(0, 16);
        std::cout << "\n";
    }
}

// Does it with a bar of the tables or migrations.
template <typename Work>
auto with_bar(const Work& work) {
    progress_bar bar{0, ""};
    return work([&bar](std::string_view name, std::size_t done, std::size_t all) {
        bar.show(done, all, name);
    });
}

int report(const char* what, const base::result<std::vector<table_facts>>& done, bool json) {
    if (!done) return complain(done.error().message);
    if (json) {
        std::cout << R"({"tables":)" << json_of(*done) << "}\n";
        return 0;
    }
    std::cout << what << "; every row was compared:\n";
    show(*done);
    return 0;
}

// The database of data.url, or of `url` if given. Failures name `flag`.
base::result<database_place> place(const config& value, const std::string& url, const char* flag) {
    config asked = value;
    if (!url.empty()) asked.data.url = url;
    auto found = place_of(asked);
    if (found || url.empty()) return found;
    std::string sentence = found.error().message;
    const std::string key = "data.url";
    if (sentence.starts_with(key)) sentence.replace(0, key.size(), flag);
    return base::invalid(found.error().code, std::move(sentence), flag);
}

std::string json_of(const database_place& where, const storage::database_state& state) {
    const bool file = where.kind == database_place::type::sqlite;
    std::string out = "{";
    base::json_members{out}
        .text("kind", file ? "sqlite" : "postgresql")
        .number("applied", static_cast<std::int64_t>(state.applied))
        .raw("missing", json_list(state.missing))
        .truth("in_use", state.in_use)
        .raw("tables", json_of(state.tables));
    return out + '}';
}

int run_status(const config& value, bool json) {
    const auto where = place_of(value);
    if (!where) return complain(where.error().message);
    const auto state = storage::look_at(*where);
    if (!state) return complain(state.error().message);
    if (json) {
        std::cout << json_of(*where, *state) << '\n';
        return 0;
    }
    const bool file = where->kind == database_place::type::sqlite;
    std::cout << (file ? "SQLite file " + where->where : std::string{"PostgreSQL"})
              << "\nschema: " << state->applied << " of " << state->applied + state->missing.size()
              << " migrations\n";
    for (const std::string& name : state->missing) std::cout << "  missing: " << name << "\n";
    std::cout << "a gateway runs on it: " << (state->in_use ? "yes" : "no") << "\n";
    show(state->tables);
    return 0;
}

int run_migrate(const config& value, bool json) {
    const auto where = place_of(value);
    if (!where) return complain(where.error().message);
    const auto done =
        with_bar([&](const auto& watch) { return storage::migrate_database(*where, watch); });
    if (!done) return complain(done.error().message);
    if (json) {
        std::cout << R"({"applied":)" << json_list(*done) << "}\n";
        return 0;
    }
    if (done->empty()) std::cout << "The schema is up to date.\n";
    for (const std::string& name : *done) std::cout << "Applied " << name << "\n";
    return 0;
}

int run_copy(const config& value, const std::string& from, const std::string& to, bool json) {
    if (from.empty() && to.empty())
        return complain("db copy needs --from or --to; the one left out is data.url");
    const auto source = place(value, from, "--from");
    if (!source) return complain(source.error().message);
    const auto target = place(value, to, "--to");
    if (!target) return complain(target.error().message);
    const auto done = with_bar(
        [&](const auto& watch) { return storage::copy_database(*source, *target, watch); });
    return report("Copied", done, json);
}

int run_backup(const config& value, const std::string& file, bool force, bool json) {
    const auto where = place_of(value);
    if (!where) return complain(where.error().message);
    const auto rule = force ? existing::replace : existing::keep;
    const auto done = with_bar(
        [&](const auto& watch) { return storage::backup_database(*where, file, rule, watch); });
    const int status = report("Backed up", done, json);
    if (status == 0 && !json)
        std::cout << "Keep the master key and the peppers too, in another place: without them the "
                     "backup opens nothing.\n";
    return status;
}

int run_restore(const config& value, const std::string& file, bool force, bool json) {
    const auto where = place_of(value);
    if (!where) return complain(where.error().message);
    const auto rule = force ? existing::replace : existing::keep;
    const auto done = with_bar(
        [&](const auto& watch) { return storage::restore_database(file, *where, rule, watch); });
    if (!done && done.error().code == "target_not_empty")
        return complain(done.error().message + "; --force replaces them by the backup");
    return report("Restored", done, json);
}

}  // namespace

void database_commands::add(CLI::App& app) {
    auto* const db = command_group(app, "db", "Look at, update or move the database");
    auto* const status = db->add_subcommand("status", "Print the schema's state and row counts");
    auto* const migrate = db->add_subcommand("migrate", "Bring the schema up to date");
    auto* const copy = db->add_subcommand(
        "copy", "Copy everything into an empty database, and compare it; no gateway may run");
    copy->add_option("--from", from_, "URL of the database to read; left out: data.url");
    copy->add_option("--to", to_, "URL of the database to fill; left out: data.url");
    auto* const backup =
        app.add_subcommand("backup", "Write the database to a file, while gateways may run");
    backup->add_option("file", file_, "The file to make")->required();
    backup->add_flag("--force", force_, "Replace a file that is there");
    auto* const restore =
        app.add_subcommand("restore", "Fill the database from a backup; no gateway may run");
    restore->add_option("file", file_, "The backup")->required();
    restore->add_flag("--force", force_, "Remove what the database holds");
    for (auto* const command : {status, migrate, copy, backup, restore})
        command->add_flag("--json", json_, "One JSON object");
    entries_ = {
        {status, [this](const config& value) { return run_status(value, json_); }},
        {migrate, [this](const config& value) { return run_migrate(value, json_); }},
        {copy, [this](const config& value) { return run_copy(value, from_, to_, json_); }},
        {backup, [this](const config& value) { return run_backup(value, file_, force_, json_); }},
        {restore,
         [this](const config& value) { return run_restore(value, file_, force_, json_); }}};
}

}  // namespace tollgate::server
