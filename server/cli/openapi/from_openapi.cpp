#include "server/cli/openapi/from_openapi.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

#include "base/json_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/openapi/openapi_source.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t many_tools = 60;  // more of them, and a model chooses worse

std::string line_of(const openapi_left_out& one) {
    return one.operation + ": " + (one.input.empty() ? "" : one.input + ": ") + one.reason;
}

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

std::string notes_json(const std::vector<openapi_left_out>& notes) {
    std::string out = "[";
    for (const auto& one : notes) {
        out += out.size() > 1 ? ",{" : "{";
        base::json_members members{out};
        members.text("operation", one.operation);
        if (!one.input.empty()) members.text("input", one.input);
        members.text("reason", one.reason);
        out += '}';
    }
    return out + ']';
}

std::string made_json(const written_declarations& made) {
    std::string out = "{";
    base::json_members{out}
        .text("service", made.service.name)
        .number("operations", static_cast<std::int64_t>(made.operations))
        .number("chosen", static_cast<std::int64_t>(made.chosen))
        .number("tools", static_cast<std::int64_t>(made.tools))
        .raw("left_out", notes_json(made.left_out))
        .raw("changed", notes_json(made.changed))
        .truth("valid", !made.service_refused)
        .text("document", made.text);
    return out + '}';
}

// Writes all of the file, or leaves what is there. What is no file, such as a pipe, is written to.
bool write_whole(const std::string& to, const std::string& text) {
    namespace fs = std::filesystem;
    std::error_code failed;
    const auto kind = fs::status(to, failed).type();
    const bool file = kind == fs::file_type::not_found || kind == fs::file_type::regular;
    const auto target = file ? fs::weakly_canonical(to, failed) : fs::path{to};
    const std::string part =
        file ? target.string() + '.' + std::to_string(::getpid()) + ".part" : to;
    std::ofstream out{part, std::ios::binary | std::ios::trunc};
    out << text << std::flush;
    bool written = static_cast<bool>(out);
    out.close();
    if (!file) return written;
    if (written) {
        fs::rename(part, target, failed);
        written = !failed;
    }
    if (!written) fs::remove(part, failed);
    return written;
}

// What is not in the file, a line each, and how much it is.
void report(const written_declarations& made, bool filtered) {
    std::string out;
    for (const auto* const notes : {&made.changed, &made.left_out})
        for (const auto& one : *notes) out += line_of(one) + '\n';
    std::size_t inputs = 0;
    for (const auto& one : made.left_out) inputs += one.input.empty() ? 0 : 1;
    out += counted(made.tools, "tool") + " of " + counted(made.operations, "operation") + "; " +
           counted(made.left_out.size() - inputs, "operation") + " and " +
           counted(inputs, "input") + " left out.\n";
    const bool large = made.tools > tenancy::capabilities_max ||
                       made.text.size() > tenancy::declarations_bytes_max;
    if (large)
        out += "These are too many for one file: a gateway takes " +
               std::to_string(tenancy::capabilities_max) + " tools and " +
               std::to_string(tenancy::declarations_bytes_max) + " bytes, and this has " +
               std::to_string(made.text.size()) + " bytes.\n";
    if (large || (!filtered && made.tools > many_tools))
        out +=
            "Choose fewer with --tag, --path, --method or --operation: a model chooses well "
            "among some dozens of tools.\n";
    std::cerr << stripe::mask_secrets(out);
}

}  // namespace

void from_openapi_command::add(CLI::App& app) {
    auto* const group = command_group(app, "declare", declare_group_help);
    group->require_subcommand(0, 1);
    group->add_option("--from-openapi", source_,
                      "Write a declarations file from an OpenAPI document (3.0 or 3.1, JSON or "
                      "YAML): a file, an https:// or file:// URL, - reads standard input");
    group->add_option("--tag", wanted_.tags, "Only operations with this tag; may be repeated");
    group->add_option("--path", wanted_.paths,
                      "Only this path and those below it, or a pattern such as '/v1/*/search'; may "
                      "be repeated");
    group->add_option("--method", wanted_.methods, "Only this method; may be repeated");
    group->add_option("--operation", wanted_.operations,
                      "Only the operation with this id; may be repeated");
    group->add_option("--base-url", base_url_, "The service's address, instead of the document's");
    group->add_option("-o,--output", out_file_, "The file to make; default: standard output");
    group->add_flag("--force", force_, "Replace a file that is there");
    group->add_flag("--json", json_, "One JSON object, with the file's text and what was left out");
    entries_ = {{group, [this] { return run(); }}};
}

int from_openapi_command::run() const {
    try {
        return make();
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

int from_openapi_command::make() const {
    if (source_.empty())
        return complain("declare needs a command, or --from-openapi FILE: tollgate declare --help");
    std::error_code unknown;  // writing it reports the error
    if (!out_file_.empty() && !force_ && std::filesystem::exists(out_file_, unknown))
        return complain(out_file_ + " is there already: name another file, or add --force");
    const auto source = read_openapi_source(source_);
    if (!source) return complain(source.error().message);
    const auto document = openapi_document::read(source->text, source->name);
    if (!document) return complain(document.error().message);
    const stripe::catalogue_directory tools;
    const auto made = declarations_of_openapi(**document, wanted_, base_url_, tools);
    if (!made) return complain(stripe::mask_secrets(made.error().message));
    return write(*made);
}

int from_openapi_command::write(const written_declarations& made) const {
    if (!out_file_.empty() && !write_whole(out_file_, made.text))
        return complain("cannot write " + out_file_);
    if (json_)
        std::cout << made_json(made) << '\n' << std::flush;
    else if (out_file_.empty())
        std::cout << made.text << std::flush;
    report(made, !wanted_.wants_all());
    return made.service_refused ? service_to_correct : 0;
}

}  // namespace tollgate::server
