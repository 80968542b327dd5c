// The command `key reset`.
#pragma once
#include <string>

#include "server/config/config.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

class key_reset_command {
public:
    // Adds the command to `app`. Call once; the object must outlive run().
    void add(CLI::App& app);
    CLI::App* command() const { return command_; }  // owned by the app

    // Creates the key, shows it once (or writes it to --file), and logs the creation. Returns the
    // exit status.
    int run(const config& value) const;

private:
    CLI::App* command_ = nullptr;
    std::string name_ = "Reset";
    std::string file_;
};

}  // namespace tollgate::server
