// The commands `login` and `contexts list`, `use`, `remove`: gateways under names.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/cli/command_group.hpp"

namespace tollgate::server {

class login_commands {
public:
    // Adds the commands. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    base::result<> login() const;
    base::result<> list() const;
    base::result<> use() const;
    base::result<> remove() const;

    std::vector<plain_command> entries_;
    std::string name_ = "default";
    std::string url_;
    std::string key_file_;
    std::vector<std::string> instances_;
    bool json_ = false;
};

}  // namespace tollgate::server
