// The commands on whole databases: db status, db migrate, db copy, backup, restore.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "server/config/config.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

// Their flags and actions; data.url (or data.directory) selects the database.
class database_commands {
public:
    struct entry {
        CLI::App* command;                         // owned by the app
        std::function<int(const config&)> action;  // the exit status; refers to this object
    };

    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<entry>& all() const { return entries_; }

private:
    std::vector<entry> entries_;
    std::string from_;
    std::string to_;
    std::string file_;
    bool force_ = false;
};

}  // namespace tollgate::server
