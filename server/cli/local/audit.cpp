#include "server/cli/local/audit.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "base/json_text.hpp"
#include "server/app/store.hpp"
#include "server/app/tenancy_options.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/text/progress.hpp"
#include "tenancy/audit_export.hpp"
#include "tenancy/audit_log/verify_log.hpp"

namespace tollgate::server {

namespace {

namespace log = tenancy::audit_log;

std::optional<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) return {};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

// The first line of a file, without its end.
std::optional<std::string> read_line(const std::filesystem::path& path) {
    auto text = read_file(path);
    if (text) text->resize(std::min(text->find_first_of("\r\n"), text->size()));
    return text;
}

void print(const log::log_report& report) {
    if (report.left_out > 0)
        std::cout
            << report.left_out
            << " of the notes with anchors are not whole, as an interrupted write leaves them, "
               "and were left out.\n";
    std::cout << "The log " << report.head.origin << " is intact: " << report.head.size
              << " entries, every entry and every hash fit the signed checkpoint.\n";
    if (report.kept_from > 0)
        std::cout << "Entries 0 to " << report.kept_from - 1
                  << " were removed by the team's retention, as a statement says that the log's "
                     "key signed; their hashes are there.\n";
    if (report.anchored == report.head.size && report.anchored > 0)
        std::cout << "All of them are anchored.\n";
    else if (report.anchored > 0)
        std::cout << "Entries 0 to " << report.anchored - 1 << " are anchored; entries "
                  << report.anchored << " to " << report.head.size - 1 << " are not.\n";
    else
        std::cout << "None of them is anchored: without a checkpoint that was kept elsewhere, a "
                     "log that its writer rewrote is not noticed.\n";
}

std::string json_of(const log::log_report& report) {
    const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
    std::string out = "{";
    base::json_members{out}
        .text("origin", report.head.origin)
        .number("entries", number(report.head.size))
        .number("kept_from", number(report.kept_from))
        .number("anchored", number(report.anchored))
        .number("anchors_left_out", number(report.left_out));
    return out + '}';
}

}  // namespace

void audit_verify_command::add(CLI::App& app) {
    auto* const command = command_group(app, "audit", audit_group_help)
                              ->add_subcommand("verify",
                                               "Verify an exported log: signature, root, every "
                                               "entry and tile (exit status 3: tampered)");
    command->add_option("--export", folder_, "The folder that 'audit export' wrote")->required();
    command->add_option("--key", key_,
                        "A file with the verifier key, kept elsewhere; default: the file key in "
                        "the folder");
    command->add_option(
        "--against-anchor", anchors_,
        "A file with checkpoints of the log that was kept elsewhere, such as that of "
        "audit.anchor_file; may be repeated");
    command->add_flag("--json", json_, "One JSON object, for a log that is intact");
    entries_ = {{command, [this] { return run(); }}};
}

int audit_verify_command::run() const {
    const std::filesystem::path folder{folder_};
    const auto key_file = key_.empty() ? folder / "key" : std::filesystem::path{key_};
    const auto line = read_line(key_file);
    if (!line) return complain("cannot read the verifier key in " + key_file.string());
    const auto key = log::parse_verifier_key(*line);
    if (!key) return complain(key_file.string() + ": " + key.error().message);
    std::vector<std::string> anchors;
    for (const auto& name : anchors_) {
        auto anchor = read_file(name);
        if (!anchor) return complain("cannot read the anchor " + name);
        anchors.push_back(std::move(*anchor));
    }
    const auto report = log::verify_log(
        [&folder](std::string_view path) { return read_file(folder / path); }, *key, anchors);
    if (!report) {
        std::cerr << "tollgate: the log in " << folder_
                  << " is not intact: " << report.error().message << "\n";
        return audit_tampered;
    }
    if (json_)
        std::cout << json_of(*report) << '\n';
    else
        print(*report);
    return audit_intact;
}

void audit_export_command::add(CLI::App& app) {
    auto* const command =
        command_group(app, "audit", audit_group_help)
            ->add_subcommand("export",
                             "Write a team's audit log into a folder (C2SP tlog-tiles), or "
                             "its records into a file, while the gateway may run");
    auto* const folder =
        command->add_option("--to", folder_, "The folder of the log, which must not exist yet");
    command
        ->add_option("--jsonl", lines_,
                     "A file for the records alone, one JSON object a line; it must not exist yet")
        ->excludes(folder);
    command->add_option("--team", team_, "The team's id; not needed when only one has a log");
    command->add_flag("--json", json_, "One JSON object");
    entries_ = {{command, [this](const config& value) { return run(value); }}};
}

int audit_export_command::run(const config& value) const {
    if (folder_.empty() && lines_.empty())
        return complain("say what to write: --to FOLDER, or --jsonl FILE");
    try {
        const auto where = place_of(value);
        if (!where) return complain(where.error().message);
        return lines_.empty() ? write_log(value, *where) : write_lines(*where);
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int audit_export_command::write_log(const config& value,
                                    const storage::database_place& from) const {
    const auto options = tenancy_options_of(value, false);
    const auto done = tenancy::export_audit_log(from, team_, options.master_key, folder_);
    if (!done) return complain(done.error().message);
    if (json_) {
        std::string out = "{";
        base::json_members{out}
            .text("origin", done->origin)
            .number("entries", static_cast<std::int64_t>(done->entries - done->kept_from))
            .text("folder", folder_);
        std::cout << out << "}\n";
        return 0;
    }
    std::cout << "Wrote " << done->entries - done->kept_from << " entries of the log "
              << done->origin << " to " << folder_
              << "\nVerify it with: tollgate audit verify --export " << folder_ << "\n";
    return 0;
}

int audit_export_command::write_lines(const storage::database_place& from) const {
    progress_bar bar{0, "records"};
    const auto done = tenancy::export_audit_lines(from, team_, lines_, [&bar](std::int64_t lines) {
        bar.show(0, 0, std::to_string(lines) + " records");
    });
    bar.clear();
    if (!done) return complain(done.error().message);
    if (json_) {
        std::string out = "{";
        base::json_members{out}.number("records", *done).text("file", lines_);
        std::cout << out << "}\n";
        return 0;
    }
    std::cout << "Wrote " << *done << " records to " << lines_ << "\n";
    return 0;
}

}  // namespace tollgate::server
