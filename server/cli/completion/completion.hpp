// Completion for shells: `completion bash|zsh|fish`, and the hidden `__complete`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"

namespace tollgate::server {

// The hidden first word with which the shells' scripts call the program.
constexpr std::string_view complete_word = "__complete";

// What may stand in place of the last of `words`, the command line without the program: a line per
// word, with a tab and its description if there is one; ":files" as a line: the name of a file.
std::string completions(const CLI::App& app, const std::vector<std::string>& words);

class completion_command {
public:
    // Adds `completion`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    std::vector<plain_command> entries_;
    std::string shell_;
};

}  // namespace tollgate::server
