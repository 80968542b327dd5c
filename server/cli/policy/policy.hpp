// The commands `policy check`, `explain`, `print`, `diff` and `replay`: rules in a file, without a
// database and without Stripe.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"

namespace tollgate::server {

// The exit statuses of `policy explain`.
constexpr int policy_allows = 0;
constexpr int policy_mistake = 1;  // wrong usage or a wrong file: a sentence on standard error
constexpr int policy_needs_approval = 3;
constexpr int policy_denies = 4;
// Of `policy diff`: 0 if both files say the same. Of `policy replay`: 0 if no call is known to be
// decided otherwise.
constexpr int policies_differ = 3;

class policy_commands {
public:
    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    int check() const;
    int print() const;
    int explain() const;
    int diff() const;
    int replay() const;

    std::vector<plain_command> entries_;
    std::string file_;
    std::string other_;
    std::string tool_;
    std::string arguments_ = "{}";
    std::string at_;
    std::string records_;
    std::string since_;
    std::string until_;
    bool json_ = false;
};

}  // namespace tollgate::server
