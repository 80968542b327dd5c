#include "server/cli/policy/policy.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

#include "base/json_text.hpp"
#include "server/cli/policy/policy_diff.hpp"
#include "server/cli/policy/policy_explanation.hpp"
#include "server/cli/policy/policy_file.hpp"
#include "server/cli/policy/policy_replay.hpp"
#include "server/cli/text/answer_lines.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::server {

namespace {

// Without "tollgate: " before it: editors and CI read FILE:LINE:COLUMN at the start of a line.
int policy_complaint(const base::failure& why) {
    std::cerr << why.message << '\n';
    return policy_mistake;
}

std::string lines_json(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream from{text};
    for (std::string line; std::getline(from, line);) lines.push_back(line);
    return json_list(lines);
}

std::string json_of(const tenancy::replay_counts& counts, const std::string& changes) {
    std::string out = "{";
    base::json_members members{out};
    tenancy::add_counts(members, counts).raw("changes", lines_json(changes));
    return out + '}';
}

void print_counts(const tenancy::replay_counts& counts) {
    std::cout << "calls: " << counts.calls << "; as before: " << counts.same
              << "; would be denied: " << counts.denied << "; would need approval: " << counts.asked
              << "; would be allowed: " << counts.allowed
              << "; cannot be known: " << counts.not_known << '\n';
}

int exit_status_of(tenancy::effect effect) {
    switch (effect) {
        case tenancy::effect::allow:
            return policy_allows;
        case tenancy::effect::needs_approval:
            return policy_needs_approval;
        case tenancy::effect::deny:
            break;
    }
    return policy_denies;
}

}  // namespace

void policy_commands::add(CLI::App& app) {
    auto* const group = command_group(app, "policy", policy_group_help);
    const auto add_one = [&](const char* name, const char* help, std::function<int()> action) {
        auto* const command = group->add_subcommand(name, help);
        command
            ->add_option("FILE", file_,
                         "The policy file: 'rules:' and a list; - reads standard "
                         "input")
            ->required();
        command->add_flag("--json", json_, "One JSON object");
        entries_.push_back({command, std::move(action)});
        return command;
    };
    add_one("check", "Check the rules; a mistake is shown with its line and column (exit status 1)",
            [this] { return check(); });
    add_one("print", "Check the rules and print them as the body of PUT /team/policy",
            [this] { return print(); });
    auto* const diff_command = add_one(
        "diff", "Say what changes from FILE to NEW, rule by rule (exit status 3: it differs)",
        [this] { return diff(); });
    diff_command->add_option("NEW", other_, "The policy file to compare with")->required();
    auto* const replay_command =
        add_one("replay",
                "Say what the rules would have said of recorded calls (exit status 3: "
                "something changes)",
                [this] { return replay(); });
    replay_command
        ->add_option("--records", records_,
                     "Records of the audit log, one JSON object a line, as GET /audit/export and "
                     "audit export --jsonl write them; - reads standard input")
        ->required();
    replay_command->add_option("--since", since_, "Only calls from this time on");
    replay_command->add_option("--until", until_, "Only calls before this time");
    auto* const explain_command = add_one(
        "explain", "Say which rule decides about a call (exit status 3: needs approval, 4: denied)",
        [this] { return explain(); });
    explain_command->add_option("--tool", tool_, "The tool that is called")->required();
    explain_command->add_option("--arguments", arguments_,
                                "Its arguments, a JSON object; default: none. They are not checked "
                                "against what Stripe takes");
    explain_command->add_option("--at", at_,
                                "The time of the call (2026-12-31T09:00:00+01:00); default: now");
}

int policy_commands::check() const {
    const stripe::catalogue_directory tools;
    const auto file = read_policy_file(file_, tools);
    if (!file) return policy_complaint(file.error());
    const auto count = file->rules->rules.size();
    if (json_) {
        std::cout << R"({"valid":true,"rules":)" << count << "}\n";
        return 0;
    }
    std::cout << "valid: " << count << (count == 1 ? " rule\n" : " rules\n");
    return 0;
}

int policy_commands::print() const {
    const stripe::catalogue_directory tools;
    const auto file = read_policy_file(file_, tools);
    if (!file) return policy_complaint(file.error());
    std::cout << file->body << '\n';
    return 0;
}

int policy_commands::diff() const {
    const stripe::catalogue_directory tools;
    const auto before = read_policy_file(file_, tools);
    if (!before) return policy_complaint(before.error());
    const auto after = read_policy_file(other_, tools);
    if (!after) return policy_complaint(after.error());
    const auto text = policy_diff(*before, *after, tools);
    if (json_)
        std::cout << R"({"differs":)" << (text.empty() ? "false" : "true") << R"(,"changes":)"
                  << lines_json(text) << "}\n";
    else
        std::cout << text;
    return text.empty() ? 0 : policies_differ;
}

int policy_commands::replay() const {
    const stripe::catalogue_directory tools;
    const auto file = read_policy_file(file_, tools);
    if (!file) return policy_complaint(file.error());
    const tenancy::replay_range range{base::parse_timestamp(since_), base::parse_timestamp(until_)};
    if ((!since_.empty() && !range.since) || (!until_.empty() && !range.until))
        return policy_complaint(base::invalid("invalid_time",
                                              "--since and --until must be times with an offset, "
                                              "such as 2026-12-31T00:00:00Z"));
    std::ifstream opened;
    if (records_ != "-") opened.open(records_);
    if (records_ != "-" && !opened)
        return policy_complaint(base::invalid("unreadable", "cannot read " + records_));
    std::istream& from = records_ == "-" ? std::cin : opened;
    std::ostringstream changes;
    const auto counts = replay_records(*file->rules, tools, range, from,
                                       json_ ? changes : static_cast<std::ostream&>(std::cout));
    if (!counts) return policy_complaint(counts.error());
    if (json_)
        std::cout << json_of(*counts, changes.str()) << '\n';
    else
        print_counts(*counts);
    return counts->denied + counts->asked + counts->allowed == 0 ? 0 : policies_differ;
}

int policy_commands::explain() const {
    const stripe::catalogue_directory tools;
    const auto file = read_policy_file(file_, tools);
    if (!file) return policy_complaint(file.error());
    auto now = std::optional<base::timestamp>{base::system_clock{}.now()};
    if (!at_.empty()) now = base::parse_timestamp(at_);
    if (!now)
        return policy_complaint(base::invalid(
            "invalid_time", "--at must be a time with an offset, such as 2026-12-31T00:00:00Z"));
    const auto explained = explain_by_rules(file->rules, tools, tool_, arguments_, *now);
    if (!explained) return policy_complaint(explained.error());
    if (json_)
        std::cout << R"({"effect":")" << to_string(explained->effect) << R"(","lines":)"
                  << lines_json(explained->text) << "}\n";
    else
        std::cout << explained->text;
    return exit_status_of(explained->effect);
}

}  // namespace tollgate::server
