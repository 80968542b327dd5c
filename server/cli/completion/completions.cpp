#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "server/cli/completion/completion.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view files_line = ":files\n";

// Words in the names of options whose value is a file.
constexpr std::array<std::string_view, 6> file_words{"file",      "config", "certificate",
                                                     "directory", "from",   "junit"};

// The last word, and what the words before it say about it.
struct position {
    const CLI::App* command;             // the innermost command
    const CLI::Option* value = nullptr;  // the last word is the value of this flag
    std::size_t positional = 0;          // how many positional arguments are before it
    bool only_arguments = false;         // after "--"
};

const CLI::App* subcommand(const CLI::App& parent, std::string_view name) {
    const auto found =
        parent.get_subcommands([name](const CLI::App* one) { return one->get_name() == name; });
    return found.empty() ? nullptr : found.front();
}

position walk(const CLI::App& app, const std::vector<std::string>& words) {
    position out{&app};
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string& word = words[i];
        if (out.value != nullptr) {
            out.value = nullptr;
        } else if (!out.only_arguments && word == "--") {
            out.only_arguments = true;
        } else if (!out.only_arguments && word.starts_with('-')) {
            const auto* const option = out.command->get_option_no_throw(word);
            if (option != nullptr && option->get_expected_min() > 0) out.value = option;
        } else if (const auto* const below =
                       out.only_arguments ? nullptr : subcommand(*out.command, word)) {
            out = {below};
        } else {
            ++out.positional;
        }
    }
    return out;
}

// The first sentence of a help text, on one line.
std::string brief(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\t', ' ');
    const auto end = std::min(text.find(". "), text.find("; "));
    return text.substr(0, end);
}

void add(std::string& out, std::string_view start, const std::string& word,
         const std::string& help) {
    if (!word.starts_with(start)) return;
    out += word;
    if (!help.empty()) out += '\t' + brief(help);
    out += '\n';
}

// The allowed values, which CLI11 keeps only as text: "TEXT:{a,b}".
std::vector<std::string> choices_of(const CLI::Option& option) {
    std::vector<std::string> out;
    const std::string type = option.get_type_name();
    const auto open = type.find('{');
    const auto close = type.find('}', open);
    if (open == std::string::npos || close == std::string::npos) {
        // A setting that is true or false, which may also stand alone.
        if (option.get_expected_min() == 0 && option.get_expected_max() == 1 &&
            option.get_type_size() > 0)
            return {"true", "false"};
        return out;
    }
    for (std::size_t at = open + 1; at < close;) {
        const auto end = std::min(type.find(',', at), close);
        out.push_back(type.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

bool takes_file(const CLI::Option& option) {
    const std::string names = base::to_lower(option.get_name(true, true));
    const std::string_view all{names};
    return std::any_of(file_words.begin(), file_words.end(), [all](std::string_view word) {
        return all.find(word) != std::string_view::npos;
    });
}

// The values of an option that begin with `start`, each after `before`.
void add_values(std::string& out, const CLI::Option& option, const std::string& before,
                std::string_view start) {
    const auto choices = choices_of(option);
    for (const auto& one : choices)
        if (one.starts_with(start)) out += before + one + '\n';
    if (choices.empty() && takes_file(option)) out += files_line;
}

void add_flags(std::string& out, const CLI::App& command, const std::string& start) {
    for (const auto* option : command.get_options()) {
        if (option->get_group().empty()) continue;
        for (const auto& name : option->get_lnames())
            add(out, start, "--" + name, option->get_description());
    }
}

void add_arguments(std::string& out, const CLI::App& command, std::size_t index,
                   const std::string& start) {
    std::size_t at = 0;
    for (const auto* option : command.get_options()) {
        if (!option->get_positional()) continue;
        if (at++ == index) return add_values(out, *option, {}, start);
    }
}

}  // namespace

std::string completions(const CLI::App& app, const std::vector<std::string>& words) {
    const position at = walk(app, words);
    const std::string last = words.empty() ? std::string{} : words.back();
    std::string out;
    const auto equals = last.find('=');
    if (at.value != nullptr) {
        add_values(out, *at.value, {}, last);
    } else if (last.starts_with('-') && !at.only_arguments && equals != std::string::npos) {
        const auto* const option = at.command->get_option_no_throw(last.substr(0, equals));
        if (option != nullptr)
            add_values(out, *option, last.substr(0, equals + 1), last.substr(equals + 1));
    } else if (last.starts_with('-') && !at.only_arguments) {
        add_flags(out, *at.command, last);
    } else {
        for (const auto* one : at.command->get_subcommands([](const CLI::App*) { return true; }))
            if (!one->get_group().empty() && at.positional == 0)
                add(out, last, one->get_name(), one->get_description());
        add_arguments(out, *at.command, at.positional, last);
    }
    return out;
}

}  // namespace tollgate::server
