// The commands `audit verify` and `audit export`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"
#include "server/cli/settings_command.hpp"
#include "storage/transfer.hpp"

namespace tollgate::server {

// The exit statuses of `audit verify`.
constexpr int audit_intact = 0;
constexpr int audit_unreadable = 1;  // wrong usage, or a file that cannot be read
constexpr int audit_tampered = 3;    // something does not fit: a sentence says what

class audit_verify_command {
public:
    // Adds the command to the group `audit`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    // Verifies an exported log and prints what was found. Returns one of the statuses above.
    int run() const;

    std::vector<plain_command> entries_;
    std::string folder_;
    std::string key_;
    std::vector<std::string> anchors_;
    bool json_ = false;
};

class audit_export_command {
public:
    // Adds the command to the group `audit`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<settings_command>& all() const { return entries_; }

private:
    // Writes the log of a team into a folder, or its records into a file, and says what it wrote.
    // Returns the exit status.
    int run(const config& value) const;
    int write_log(const config& value, const storage::database_place& from) const;
    int write_lines(const storage::database_place& from) const;

    std::vector<settings_command> entries_;
    std::string team_;
    std::string folder_;
    std::string lines_;
    bool json_ = false;
};

}  // namespace tollgate::server
