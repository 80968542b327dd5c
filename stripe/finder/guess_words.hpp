// The words of guessed names: other names of actions and things, and names that stand for others.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::stripe {

// An action that a word of a name may mean, and how surely.
struct meant_action {
    std::string_view word;
    std::string_view action;
    float factor;
};

// What the word may mean as an action ("retrieve" is "get"); empty for words that are no action,
// and for actions that have one name alone.
std::span<const meant_action> actions_meant(std::string_view word);

// Says nothing about which operation is meant: "a", "all", "by", "stripe".
bool is_name_filler(std::string_view word);

// "by", "for": what follows is not what the name is about.
bool is_preposition(std::string_view word);

// Verbs of Stripe's command line: "create", "retrieve".
bool is_command_verb(std::string_view word);

// Pairs of parts that are one word in the API's names: "top", "up" is "topup". Other names of
// things become the API's: "chargeback" is "dispute".
std::vector<std::string> joined_pairs(std::vector<std::string> parts);

// Where the parts together are another name for a call, the API's instead: "preview", "invoice" is
// "create", "invoice", "preview". Else the parts as they are.
std::vector<std::string> replaced_name(std::vector<std::string> parts);

}  // namespace tollgate::stripe
