#include "server/cli/clients/client_kinds.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.hpp"
#include "server/cli/clients/jsonc_edit.hpp"
#include "server/cli/clients/toml_edit.hpp"

namespace tollgate::server::clients {

namespace {

using base::invalid;
using base::result;

constexpr std::string_view url_variable = "TOLLGATE_MCP_URL";
constexpr std::string_view toml_key = "url";

constexpr std::array<client_kind, 7> kinds{{
    {"claude-desktop", "Claude Desktop", config_format::jsonc, server_form::bridge, "mcpServers",
     "Quit Claude Desktop and start it again."},
    {"claude-code", "Claude Code", config_format::jsonc, server_form::typed_url, "mcpServers",
     "In Claude Code, /mcp shows the server and its tools."},
    {"cursor", "Cursor", config_format::jsonc, server_form::url, "mcpServers",
     "In Cursor, Settings → MCP shows the server."},
    {"vscode", "VS Code", config_format::jsonc, server_form::typed_url, "servers",
     "In VS Code, run the command MCP: List Servers."},
    {"chatgpt", "ChatGPT", config_format::page, server_form::url, "", ""},
    {"codex", "Codex", config_format::toml, server_form::url, "mcp_servers",
     "Start Codex again; /mcp shows the server."},
    {"windsurf", "Windsurf", config_format::jsonc, server_form::server_url, "mcpServers",
     "In Windsurf, refresh the list of MCP servers."},
}};

constexpr std::string_view url_key(server_form form) {
    return form == server_form::server_url ? "serverUrl" : "url";
}

// The path of the URL in the entry.
std::vector<std::string_view> url_path(const client_kind& client, std::string_view name) {
    if (client.form == server_form::bridge) return {client.table, name, "env", url_variable};
    return {client.table, name, url_key(client.form)};
}

std::string or_default(const std::optional<std::string>& value, const std::string& fallback) {
    return value && !value->empty() ? *value : fallback;
}

struct client_folders {
    std::string home;
    std::string config;  // where programs keep their settings
    char slash = '/';
};

// A folder of Windows as this program opens it: under WSL, C:\\Users is /mnt/c/Users.
std::string windows_folder(std::string path, const environment& variables) {
    const bool drive = path.size() > 2 && path[1] == ':' && path[2] == '\\';
    if (!drive || !variables("WSL_DISTRO_NAME")) return path;
    std::string out = "/mnt/";
    out += base::to_lower(path.substr(0, 1));
    std::ranges::replace(path, '\\', '/');
    return out + path.substr(2);
}

result<client_folders> folders_of(client_system system, const environment& variables) {
    const bool windows = system == client_system::windows;
    const char* const name = windows ? "USERPROFILE" : "HOME";
    auto home = variables(name);
    if (!home || home->empty()) return invalid("no_home", std::string(name) + " is not set");
    if (system == client_system::macos)
        return client_folders{*home, *home + "/Library/Application Support"};
    if (!windows)
        return client_folders{*home, or_default(variables("XDG_CONFIG_HOME"), *home + "/.config")};
    client_folders out{windows_folder(*home, variables), {}, '/'};
    out.slash = out.home.starts_with('/') ? '/' : '\\';
    const std::string usual = *home + "\\AppData\\Roaming";
    out.config = windows_folder(or_default(variables("APPDATA"), usual), variables);
    return out;
}

}  // namespace

std::span<const client_kind> client_kinds() {
    return kinds;
}

const client_kind* find_client(std::string_view id) {
    for (const auto& one : kinds)
        if (one.id == id) return &one;
    return nullptr;
}

client_system system_here() {
#ifdef __APPLE__
    return client_system::macos;
#else
    return client_system::linux_;
#endif
}

std::optional<client_system> system_named(std::string_view word) {
    if (word == "linux") return client_system::linux_;
    if (word == "macos") return client_system::macos;
    if (word == "windows") return client_system::windows;
    return {};
}

result<std::string> default_path(const client_kind& client, client_system system,
                                 const environment& variables) {
    const auto found = folders_of(system, variables);
    if (!found)
        return invalid("no_home", found.error().message + ", so the file of " +
                                      std::string{client.title} +
                                      " is unknown: name it with --config");
    const auto& [home, config, slash] = *found;
    const auto join = [&](std::string path, std::initializer_list<std::string_view> names) {
        for (const auto name : names) (path += slash) += name;
        return path;
    };
    if (client.id == "claude-desktop")
        return join(config, {"Claude", "claude_desktop_config.json"});
    if (client.id == "claude-code")
        return join(or_default(variables("CLAUDE_CONFIG_DIR"), home), {".claude.json"});
    if (client.id == "cursor") return join(home, {".cursor", "mcp.json"});
    if (client.id == "vscode") return join(config, {"Code", "User", "mcp.json"});
    if (client.id == "codex")
        return join(or_default(variables("CODEX_HOME"), join(home, {".codex"})), {"config.toml"});
    return join(home, {".codeium", "windsurf", "mcp_config.json"});
}

entry_value entry_for(const client_kind& client, const std::string& url,
                      const std::string& program) {
    auto text = entry_value::text(url);
    switch (client.form) {
        case server_form::typed_url:
            return entry_value::object({{"type", entry_value::text("http")}, {"url", text}});
        case server_form::bridge:
            return entry_value::object(
                {{"command", entry_value::text(program)},
                 {"args", entry_value::words({"stdio"})},
                 {"env", entry_value::object({{std::string{url_variable}, text}})}});
        case server_form::url:
        case server_form::server_url:
            break;
    }
    return entry_value::object({{std::string{url_key(client.form)}, text}});
}

std::string snippet(const client_kind& client, const std::string& name, const std::string& url,
                    const std::string& program) {
    if (client.format == config_format::toml) return new_toml(client.table, name, toml_key, url);
    if (client.format == config_format::jsonc)
        return new_jsonc(client.table, name, entry_for(client, url, program));
    return "1. Settings → Apps & Connectors → Advanced → Developer mode: on.\n"
           "2. Create an app named " +
           name + ". Paste this as the MCP server URL:\n   " + url +
           "\n3. Authentication: No authentication.\n"
           "ChatGPT connects from OpenAI's cloud, so the URL must be public and https.\n";
}

result<std::string> with_entry(const client_kind& client, std::string_view file,
                               std::string_view text, const std::string& name,
                               const std::string& url, const std::string& program) {
    if (client.format == config_format::toml)
        return with_toml_entry(file, text, client.table, name, toml_key, url);
    return with_jsonc_entry(file, text, client.table, name, entry_for(client, url, program));
}

result<std::string> without_entry(const client_kind& client, std::string_view file,
                                  std::string_view text, const std::string& name) {
    if (client.format == config_format::toml)
        return without_toml_entry(file, text, client.table, name);
    return without_jsonc_entry(file, text, client.table, name);
}

result<std::optional<existing_entry>> read_entry(const client_kind& client, std::string_view file,
                                                 std::string_view text, const std::string& name) {
    const bool toml = client.format == config_format::toml;
    const auto there = toml ? toml_has(file, text, client.table, name)
                            : jsonc_has(file, text, {client.table, name});
    if (!there) return there.error();
    if (!*there) return std::optional<existing_entry>{};
    const auto url = toml ? toml_string_at(file, text, client.table, name, toml_key)
                          : jsonc_string_at(file, text, url_path(client, name));
    if (!url) return url.error();
    existing_entry out;
    if (client.form == server_form::bridge) {
        const auto program = jsonc_string_at(file, text, {client.table, name, "command"});
        if (!program) return program.error();
        out.program = program->value_or("");
    }
    if (!*url)
        return invalid("other_entry", std::string{file} + ": '" + name +
                                          "' has no URL where `connect` writes it: it is "
                                          "something else. Edit the file yourself");
    out.url = **url;
    return std::optional<existing_entry>{std::move(out)};
}

}  // namespace tollgate::server::clients
