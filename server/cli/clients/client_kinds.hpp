// The MCP clients that `connect` knows: where each keeps its configuration, and in which format.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/cli/clients/client_entry.hpp"

namespace tollgate::server::clients {

enum class config_format : std::uint8_t {
    jsonc,  // JSON, with or without comments
    toml,
    page,  // no file: a person enters the URL in a settings page
};

enum class server_form : std::uint8_t {
    url,         // {"url": …}
    typed_url,   // {"type": "http", "url": …}
    server_url,  // {"serverUrl": …}
    bridge,      // a command: tollgate stdio, with the URL in its environment
};

struct client_kind {
    std::string_view id;     // as the command line has it: "claude-desktop"
    std::string_view title;  // as people call it
    config_format format;
    server_form form;
    std::string_view table;  // the key that contains the MCP servers
    std::string_view next;   // what to do afterwards: a sentence
};

std::span<const client_kind> client_kinds();

// The kind with that id, or null.
const client_kind* find_client(std::string_view id);

// The value of an environment variable, or nothing.
using environment = std::function<std::optional<std::string>(const char*)>;

// The system on which the client runs.
enum class client_system : std::uint8_t { linux_, macos, windows };

// The system of this program.
client_system system_here();
// "linux", "macos" or "windows"; nothing for anything else.
std::optional<client_system> system_named(std::string_view word);

// The client's own file for this user on that system. Of Windows, the folders are those of APPDATA
// and USERPROFILE; under WSL they are below /mnt. Fails with invalid_argument "no_home" if the
// variable that says the folder is not set.
base::result<std::string> default_path(const client_kind& client, client_system system,
                                       const environment& variables);

// What the client's configuration says about the server. `program` is the path of this binary, for
// clients that start one.
entry_value entry_for(const client_kind& client, const std::string& url,
                      const std::string& program);

// A document that contains only that entry; for a settings page: the steps, with the URL.
std::string snippet(const client_kind& client, const std::string& name, const std::string& url,
                    const std::string& program);

// The text of a configuration with that entry; all other bytes stay. `file` names it in failures.
// Fails as with_jsonc_entry() or with_toml_entry() does.
base::result<std::string> with_entry(const client_kind& client, std::string_view file,
                                     std::string_view text, const std::string& name,
                                     const std::string& url, const std::string& program);

// The text without the entry of that name; unchanged if there is none. Fails in the same way.
base::result<std::string> without_entry(const client_kind& client, std::string_view file,
                                        std::string_view text, const std::string& name);

// The entry of that name, as `connect` writes it.
struct existing_entry {
    std::string url;
    std::string program;  // only of clients that start one
};

// Nothing if there is no such entry. Fails as with_entry() does, and with "other_entry" if it is
// not one that `connect` writes.
base::result<std::optional<existing_entry>> read_entry(const client_kind& client,
                                                       std::string_view file, std::string_view text,
                                                       const std::string& name);

}  // namespace tollgate::server::clients
