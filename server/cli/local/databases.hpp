// The commands on whole databases: db status, db migrate, db copy, backup, restore.
#pragma once
#include <string>
#include <vector>

#include "server/cli/settings_command.hpp"

namespace tollgate::server {

// Their flags and actions; data.url (or data.directory) selects the database.
class database_commands {
public:
    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<settings_command>& all() const { return entries_; }

private:
    std::vector<settings_command> entries_;
    std::string from_;
    std::string to_;
    std::string file_;
    bool force_ = false;
    bool json_ = false;
};

}  // namespace tollgate::server
