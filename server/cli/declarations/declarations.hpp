// The commands `validate`, `test` and `inspect`: a declarations file, without a gateway and without
// Stripe.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"
#include "server/cli/declarations/declarations_file.hpp"

namespace tollgate::server {

// Their exit statuses.
constexpr int declarations_good = 0;
constexpr int declarations_mistake = 1;  // wrong usage or a wrong file: sentences on standard error
// Of `validate --strict`: valid, with regrets. Of `test NAME`: a person must approve the call.
constexpr int declarations_regrets = 3;
constexpr int declared_needs_approval = 3;
constexpr int declared_denies = 4;  // of `test NAME`: a constraint refuses the call

class declarations_commands {
public:
    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    int validate() const;
    int test() const;
    int test_all(const declarations_file& file) const;
    int test_one(const declarations_file& file) const;
    int inspect() const;

    std::vector<plain_command> entries_;
    std::string file_;
    std::string name_;
    std::vector<std::string> parameters_;
    bool strict_ = false;
    bool json_ = false;
    bool all_ = false;
    bool dry_run_ = false;
};

}  // namespace tollgate::server
