// The prompts, as data: the arguments of each, the tools it needs, and its text (prompts.json).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::stripe {

enum class argument_form : std::uint8_t { choice, currency, amount, day, email, id, words };

// An argument that the user of a prompt gives. Texts live as long as the process.
struct prompt_argument {
    std::string name;
    std::string title;
    std::string description;
    argument_form form = argument_form::words;
    bool required = false;
    std::vector<std::string> choices;      // of form choice
    std::string fallback;                  // used if it is not given; may be empty
    std::optional<std::int64_t> days_ago;  // for form day: that many days ago if it is not given
    std::string object;                    // for form id: of this object
};

// A task for a tool: the first of `names` that the server shows performs it.
struct prompt_role {
    std::string role;
    std::vector<std::string> names;
    bool optional = false;  // the prompt is useful without it
};

// A step with a tool of "operations", for accounts with orders; left out if it is not shown.
struct order_step {
    std::string tool;
    std::string text;  // {tool} is replaced by its name
};

struct prompt {
    std::string name;
    std::string title;
    std::string description;
    std::vector<prompt_argument> arguments;
    std::vector<prompt_role> roles;
    std::vector<std::string> any_of;  // roles of which at least one is required; may be empty
    std::string intro;
    std::vector<std::string> steps;  // {role} is replaced by its tool
    std::vector<order_step> order_steps{};
    bool needs_orders = false;  // it does not exist for accounts without orders
};

// All prompts, in the order in which they are listed; read once, any thread.
std::span<const prompt> prompts();

// The prompt with that name, or null; the argument with that name, or null.
const prompt* find_prompt(std::string_view name);
const prompt_argument* find_argument(const prompt& of, std::string_view name);

}  // namespace tollgate::stripe
