// The command `connect`: writes an MCP URL into the configuration of a client.
#pragma once
#include <string>
#include <vector>

#include "server/cli/clients/client_kinds.hpp"
#include "server/cli/clients/config_change.hpp"
#include "server/cli/clients/config_file.hpp"
#include "server/cli/command_group.hpp"

namespace tollgate::server {

class connect_command {
public:
    // Adds the command to `app`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    // The exit status: 0 done, or nothing to do; 1 wrong usage, or the file cannot be changed.
    int run() const;
    // Prints a text, or an object that has it.
    int say(const std::string& text) const;
    int print(const clients::client_kind& client, const std::string& url) const;
    int change(const clients::client_kind& client, const std::string& url) const;
    // What is done, as one sentence, with the URL masked.
    void announce(const clients::client_kind& client, const clients::config_change& change,
                  const std::string& path, const clients::config_file& file) const;

    std::vector<plain_command> entries_;
    std::string client_;
    std::string url_;
    std::string name_ = "stripe";
    std::string file_;
    std::string system_;
    bool dry_run_ = false;
    bool print_ = false;
    bool remove_ = false;
    bool json_ = false;
};

}  // namespace tollgate::server
