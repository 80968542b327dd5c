// The gateways that a person has logged in to: address and key under a name, in one file.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::server {

struct context {
    std::string name;
    std::string url;
    base::secret key;                    // tgk_…
    std::vector<std::string> instances;  // admin addresses of each instance; may be empty
};

using environment_reader = std::function<std::optional<std::string>(const char*)>;

// "$XDG_CONFIG_HOME/tollgate/contexts.yaml", or below "$HOME/.config". Fails with invalid_argument
// "no_home" if neither is an absolute path.
base::result<std::string> contexts_place(const environment_reader& environment);

class context_list {
public:
    // The contexts of a file; none if there is no file. Fails with invalid_argument
    // "open_key_file" if others than its owner may use it, "bad_contexts" if it is not what write()
    // writes, and errc::unavailable if it cannot be read.
    static base::result<context_list> read(const std::string& path);
    // Replaces the file at once, with mode 0600 in a directory of mode 0700. Fails with
    // errc::unavailable "contexts_file" and as base::make_private_directory.
    base::result<> write(const std::string& path) const;

    const std::vector<context>& all() const { return all_; }
    // Nothing if there is none of that name.
    const context* find(std::string_view name) const;
    // The one that is used when none is named; nothing if there is none.
    const context* current() const { return find(current_); }

    // Adds it in place of the one of the same name, and makes it the current one.
    void put(context one);
    // False if there is none of that name. The current one leaves no current one.
    bool remove(std::string_view name);
    bool use(std::string_view name);

private:
    std::vector<context> all_;
    std::string current_;
};

// A failure that says that there is no such context, and what to do.
base::failure no_such_context(std::string_view name);

// Names have 1 to 40 of a-z, A-Z, 0-9, '.', '_' and '-': fails with invalid_argument "bad_name".
base::result<> check_context_name(std::string_view name);

}  // namespace tollgate::server
