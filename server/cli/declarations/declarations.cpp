#include "server/cli/declarations/declarations.hpp"

#include <CLI/CLI.hpp>
#include <simdjson.h>

#include <iostream>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "server/cli/declarations/declarations_text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/declarations/request_preview.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

// Without "tollgate: " before it: editors and CI read FILE:LINE:COLUMN at the start of a line.
int mistake(const std::string& message) {
    std::cerr << stripe::mask_secrets(message) << '\n';
    return declarations_mistake;
}

base::timestamp now() {
    return base::system_clock{}.now();
}

// The request of `one` for the parameters of the command line.
base::result<stripe::previewed_request> preview(const stripe::resolved_capability& one,
                                                const std::vector<std::string>& parameters,
                                                bool all) {
    const auto arguments = arguments_of(one, parameters);
    if (!arguments) return arguments.error();
    simdjson::dom::parser parser;
    simdjson::dom::object given;
    if (parser.parse(*arguments).get(given) != simdjson::SUCCESS)
        return base::invalid("bad_parameter", "a parameter has invalid characters");
    return stripe::preview_request(one, given, all, now());
}

// One tool's request, or why there is none.
std::string tested_json(const std::string& name,
                        const base::result<stripe::previewed_request>& request) {
    std::string out = "{";
    base::json_members members{out};
    members.text("name", name).truth("ok", request.has_value());
    if (!request) {
        members.text("error", stripe::mask_secrets(request.error().message));
        return out + '}';
    }
    members.text("effect", to_string(request->decided.what))
        .text("rule", request->decided.rule)
        .text("method", request->method)
        .text("url", stripe::mask_secrets(request->url))
        .text("head", request->head)
        .text("body", stripe::mask_secrets(request->body));
    return out + '}';
}

const stripe::resolved_capability* find(const declarations_file& file, const std::string& name) {
    for (const auto& one : file.checked.resolved)
        if (one.tool.name == name) return &one;
    return nullptr;
}

}  // namespace

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
    auto* const testing = app.add_subcommand(
        "test",
        "Show the requests of declared tools; nothing is sent (exit status 3: needs approval, 4: "
        "denied by a constraint)");
    testing->add_option("NAME", name_, "The tool");
    testing->add_option("-f,--file", file_,
                        "The declarations file; default: usepaso.yaml, or declarations.yaml");
    testing->add_option("-p,--param", parameters_, "An argument, name=value; may be repeated");
    testing->add_flag("--all", all_, "Every tool, without its required arguments");
    testing->add_flag("--json", json_, "One JSON object a tool");
    testing->add_flag("--dry-run", dry_run_, "Required: requests are shown, never sent");
    entries_.push_back({testing, [this] { return test(); }});
}

int declarations_commands::validate() const {
    const stripe::catalogue_directory tools;
    const auto file = read_declarations_file(declarations_path(file_), strict_, tools);
    if (!file) return mistake(file.error().message);
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
    if (!file) return mistake(file.error().message);
    if (!file->checked.read.valid())
        return mistake(stripe::problem_lines(file->checked.read.problems, file->name));
    std::cout << (json_ ? inspection_json(*file) + '\n' : inspection_text(*file));
    return declarations_good;
}

int declarations_commands::test() const {
    if (!dry_run_) return mistake("tollgate test shows requests and sends none: add --dry-run");
    if (all_ != name_.empty()) return mistake("name one tool, or write --all");
    const stripe::catalogue_directory tools;
    const auto file = read_declarations_file(declarations_path(file_), false, tools);
    if (!file) return mistake(file.error().message);
    if (!file->checked.read.valid())
        return mistake(stripe::problem_lines(file->checked.read.problems, file->name));
    return all_ ? test_all(*file) : test_one(*file);
}

int declarations_commands::test_all(const declarations_file& file) const {
    std::size_t passed = 0;
    for (const auto& one : file.checked.resolved) {
        const auto request = preview(one, parameters_, true);
        if (request) ++passed;
        if (json_)
            std::cout << tested_json(one.tool.name, request) << '\n';
        else
            std::cout << (request ? "ok " : "failed ") << one.tool.name << ' '
                      << (request ? request->method + ' ' + request->url : request.error().message)
                      << '\n';
    }
    const auto count = file.checked.resolved.size();
    if (json_) return passed < count ? declarations_mistake : declarations_good;
    std::cout << passed << " passed. " << count << (count == 1 ? " capability" : " capabilities")
              << " total.\n";
    if (passed < count) return declarations_mistake;
    std::cout << "All requests build correctly. No API calls were made.\n";
    return declarations_good;
}

int declarations_commands::test_one(const declarations_file& file) const {
    const auto* const one = find(file, name_);
    if (one == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& known : file.checked.resolved) names.push_back(known.tool.name);
        const auto near = base::nearest_word(name_, names);
        return mistake("there is no capability " + name_ +
                       (near.empty() ? "" : "; did you mean " + std::string(near) + '?'));
    }
    const auto request = preview(*one, parameters_, false);
    if (!request) return mistake(request.error().message);
    const auto& decided = request->decided;
    if (json_) {
        std::cout << tested_json(name_, request) << '\n';
        return decided.what == tenancy::effect::deny             ? declared_denies
               : decided.what == tenancy::effect::needs_approval ? declared_needs_approval
                                                                 : declarations_good;
    }
    if (decided.what == tenancy::effect::deny) {
        std::cerr << "denied by " << decided.rule << ": " << decided.reason << ' ' << decided.remedy
                  << '\n';
        return declared_denies;
    }
    const auto url = stripe::mask_secrets(request->url);
    std::cout << request->method << ' ' << url << '\n' << request->head << '\n';
    const auto body = stripe::mask_secrets(request->body);
    if (!body.empty()) std::cout << '\n' << body << '\n';
    if (decided.what != tenancy::effect::needs_approval) return declarations_good;
    std::cerr << "needs approval by " << decided.rule << '\n';
    return declared_needs_approval;
}

}  // namespace tollgate::server
