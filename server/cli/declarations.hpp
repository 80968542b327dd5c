// The commands `validate`, `test` and `inspect`: a declarations file, without a gateway and without
// Stripe.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "server/cli/declarations_file.hpp"

namespace CLI {
class App;
}

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
    struct entry {
        CLI::App* command;            // owned by the app
        std::function<int()> action;  // the exit status; refers to this object
    };

    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<entry>& all() const { return entries_; }

private:
    int validate() const;
    int test() const;
    int test_all(const declarations_file& file) const;
    int test_one(const declarations_file& file) const;
    int inspect() const;

    std::vector<entry> entries_;
    std::string file_;
    std::string name_;
    std::vector<std::string> parameters_;
    bool strict_ = false;
    bool json_ = false;
    bool all_ = false;
    bool dry_run_ = false;
};

}  // namespace tollgate::server
