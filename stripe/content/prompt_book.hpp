// The prompts there are, as data: what each asks for, which tools it needs, and its words
// (prompts.json).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::stripe {

enum class argument_form : std::uint8_t { choice, currency, amount, day, email, id, words };

// What a prompt is told by its user. Texts live as long as the process.
struct prompt_argument {
    std::string name;
    std::string title;
    std::string description;
    argument_form form = argument_form::words;
    bool required = false;
    std::vector<std::string> choices;      // of form choice
    std::string fallback;                  // used when it is not given; may be empty
    std::optional<std::int64_t> days_ago;  // of form day: that day when it is not given
    std::string object;                    // of form id: whose
};

// Something to be done with a tool: by the first of `names` that the server shows.
struct prompt_role {
    std::string role;
    std::vector<std::string> names;
    bool optional = false;  // without it the prompt is still of use
};

struct prompt {
    std::string name;
    std::string title;
    std::string description;
    std::vector<prompt_argument> arguments;
    std::vector<prompt_role> roles;
    std::vector<std::string> any_of;  // roles of which at least one is needed; may be empty
    std::string intro;
    std::vector<std::string> steps;  // a {role} stands for its tool
};

// All of them, in the order they are listed; read once, any thread.
std::span<const prompt> prompts();

// The prompt of that name, or null; the argument of that name, or null.
const prompt* find_prompt(std::string_view name);
const prompt_argument* find_argument(const prompt& of, std::string_view name);

}  // namespace tollgate::stripe
