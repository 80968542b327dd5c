#include "server/config/load.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "server/config/injected.hpp"
#include "server/config/settings.hpp"

namespace tollgate::server {

namespace {

using base::invalid;
using base::result;

using mistake_list = std::vector<base::failure>;

constexpr std::uintmax_t file_bytes_max = 256 * 1024;
constexpr std::size_t mistakes_max = 100;

// True on success; otherwise adds the failure.
bool note(mistake_list& mistakes, const result<>& done) {
    if (!done && mistakes.size() < mistakes_max) mistakes.push_back(done.error());
    return done.has_value();
}

constexpr const char* first_key_variable = "TOLLGATE_FIRST_API_KEY_FILE";
constexpr std::array<std::pair<const char*, const char*>, 3> short_names{
    {{"DATABASE_URL", "data.url"},
     {"REDIS_URL", "redis.url"},
     {first_key_variable, "server.first_api_key_file"}}};

std::string suggestion(std::string_view wrong) {
    std::vector<std::string_view> known;
    for (const auto& row : settings()) known.push_back(row.key);
    const auto near = base::nearest_word(wrong, known);
    return near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
}

result<> set_value(config& into, const std::string& where, const std::string& key,
                   const std::string& text) {
    const auto* row = find_setting(key);
    if (row == nullptr)
        return invalid("unknown_setting",
                       where + ": there is no setting '" + key + "'" + suggestion(key), key);
    auto done = row->set(into, text);
    if (!done)
        return invalid(done.error().code, where + ": " + key + " " + done.error().message, key);
    return {};
}

// The place of `node` in the file, e.g. "tollgate.yaml:3".
std::string place(const std::string& where, const YAML::Node& node) {
    const int line = node.Mark().line;
    return line < 0 ? where : where + ":" + std::to_string(line + 1);
}

result<> read_scalar(config& into, const std::string& where, const std::string& key,
                     const YAML::Node& value) {
    if (value.IsScalar()) return set_value(into, where, key, value.Scalar());
    if (value.IsNull()) return set_value(into, where, key, "");
    std::string joined;
    for (const auto& item : value) {
        if (!item.IsScalar())
            return invalid("wrong_type", where + ": " + key + " must be a list of words", key);
        joined += (joined.empty() ? "" : ",") + item.Scalar();
    }
    return set_value(into, where, key, joined);
}

// `seen` holds the keys read so far in one mapping. YAML requires keys to be unique; yaml-cpp does
// not check it.
result<> check_key(std::set<std::string>& seen, const std::string& where, const YAML::Node& key,
                   const std::string& name) {
    if (!key.IsScalar())
        return invalid("wrong_type", place(where, key) + ": a key must be a word, not a group");
    if (seen.insert(name).second) return {};
    return invalid("repeated_setting",
                   place(where, key) + ": '" + name +
                       "' is there twice; give it once, with all that belongs to it",
                   name);
}

result<> read_member(config& into, const std::string& where, const std::string& key,
                     const YAML::Node& value) {
    const auto* row = find_setting(key);
    if (row != nullptr && value.IsSequence() && !row->list)
        return invalid("wrong_type", where + ": " + key + " takes one value, not a list", key);
    if (row != nullptr && value.IsMap())
        return invalid("wrong_type", where + ": " + key + " takes a value, not a group", key);
    if (value.IsMap())
        return invalid("unknown_setting",
                       where + ": there is no setting '" + key + "'" + suggestion(key), key);
    return read_scalar(into, where, key, value);
}

// Refuses "server.listen: …" at the outermost level; the message shows the same setting as YAML.
result<> refuse_outermost(const std::string& where, const std::string& name) {
    const auto dot = name.find('.');
    if (find_setting(name) != nullptr)
        return invalid("wrong_type",
                       where + ": write '" + name + "' as a group: a line '" + name.substr(0, dot) +
                           ":' and below it, indented, '" + name.substr(dot + 1) + ": …'",
                       name);
    return invalid("wrong_type",
                   where + ": '" + name +
                       "' is at the outermost level, where only groups of settings are" +
                       suggestion(name),
                   name);
}

void read_group(config& into, const std::string& where, const YAML::Node& name,
                const YAML::Node& members, mistake_list& mistakes) {
    const std::string& group = name.Scalar();
    if (!members.IsMap()) {
        note(mistakes, refuse_outermost(place(where, name), group));
        return;
    }
    std::set<std::string> seen;
    for (const auto& member : members) {
        const std::string key =
            group + "." + (member.first.IsScalar() ? member.first.Scalar() : "");
        if (note(mistakes, check_key(seen, where, member.first, key)))
            note(mistakes, read_member(into, place(where, member.first), key, member.second));
    }
}

// Valid parts of the document are applied even if other parts are invalid.
void read_document(config& into, const std::string& where, const std::string& text,
                   mistake_list& mistakes) {
    try {
        const YAML::Node root = YAML::Load(text);
        if (root.IsNull()) return;
        if (!root.IsMap()) {
            note(mistakes, invalid("wrong_type", where + " must hold groups of settings"));
            return;
        }
        std::set<std::string> seen;
        for (const auto& group : root)
            if (note(mistakes, check_key(seen, where, group.first,
                                         group.first.IsScalar() ? group.first.Scalar() : "")))
                read_group(into, where, group.first, group.second, mistakes);
    } catch (const YAML::Exception& wrong) {
        note(mistakes, invalid("config_not_yaml", where + " is not valid YAML: " + wrong.what()));
    }
}

result<> read_file(config& into, const std::string& path, mistake_list& mistakes) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error)
        return invalid("config_unreadable",
                       "cannot read the configuration file " + path + ": " + error.message());
    if (size > file_bytes_max) return invalid("config_too_large", path + " is larger than 256 KiB");
    std::ifstream in{path};
    std::stringstream text;
    text << in.rdbuf();
    read_document(into, path, text.str(), mistakes);
    return {};
}

// Handles a variable that begins with TOLLGATE_: a setting, one of Kubernetes, a mistake, or an
// unrelated one.
result<> check_variable(config& into, const std::string& name, const std::string& value) {
    std::vector<std::string> names{"TOLLGATE_CONFIG",  "TOLLGATE_ADMIN_URL",     "TOLLGATE_API_KEY",
                                   "TOLLGATE_MCP_URL", "TOLLGATE_OTHER_API_KEY", "TOLLGATE_CONTEXT",
                                   first_key_variable};
    bool of_group = false;
    for (const auto& row : settings()) {
        names.push_back(environment_name(row.key));
        of_group |= name.starts_with(environment_name(row.key.substr(0, row.key.find('.') + 1)));
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) return {};
    if (injected_variable(name, value)) return {};
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string near(base::nearest_word(name, views));
    if (name.ends_with("_PORT") || name.ends_with("_HOST") || name == "TOLLGATE_LISTEN")
        near = environment_name("server.listen") + " (host:port)";
    if (near.empty() && !of_group) {
        into.ignored_variables.push_back(name);
        return {};
    }
    return invalid("unknown_setting",
                   "the environment variable " + name + " is not a setting" +
                       (near.empty() ? "; 'tollgate config print' lists them all"
                                     : "; did you mean " + near + "?"),
                   name);
}

void read_environment(config& into, const config_sources& sources, mistake_list& mistakes) {
    // Short names, two of which platforms set. The settings' own names are read later and override
    // them.
    for (const auto& [usual, key] : short_names)
        if (const auto url = sources.environment(usual))
            note(mistakes, set_value(into, usual, key, *url));
    for (const auto& row : settings()) {
        const auto name = environment_name(row.key);
        if (const auto value = sources.environment(name))
            note(mistakes, set_value(into, name, std::string(row.key), *value));
    }
    for (const auto& name : sources.environment_names)
        note(mistakes, check_variable(into, name, sources.environment(name).value_or("")));
}

result<> read_flag(config& into, const std::string& key, const std::string& text) {
    const auto* row = find_setting(key);
    if (row != nullptr && secret_alone(*row))
        return invalid("secret_on_command_line",
                       flag_name(key) +
                           " would show the secret to every user of this machine: put it into "
                           "the file " +
                           flag_name(key) + "-file names (/dev/fd/3 for a descriptor), or into " +
                           environment_name(key),
                       key);
    return set_value(into, flag_name(key), key, text);
}

// Everything but check_config().
config read_sources(const config_sources& sources, mistake_list& mistakes) {
    config out;
    if (!sources.file.empty()) note(mistakes, read_file(out, sources.file, mistakes));
    read_environment(out, sources, mistakes);
    for (const auto& [key, text] : sources.flags) note(mistakes, read_flag(out, key, text));
    return out;
}

// False if the text after the host's last ':' is not a port: it may be a password that contains one
// of "/?#".
bool has_port_or_none(std::string_view host) {
    const auto colon = host.rfind(':');
    return colon == std::string_view::npos ||
           host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

// A URL without its user, password and parameters and, for a webhook, without its path, which may
// be a secret. "***" for anything else. The text is split and not parsed, because a password that
// makes it no URL must be masked too.
std::string masked(const std::string& text) {
    if (text.empty()) return text;
    const auto parts = base::split_url(text);
    if (!parts) return "***";
    std::string out = std::string{parts->scheme} + "://";
    std::string_view hosts = parts->authority;
    const auto at = hosts.rfind('@');
    if (at != std::string_view::npos) {
        out += "***@";
        hosts.remove_prefix(at + 1);
    } else if (parts->rest.find('@') != std::string_view::npos && !has_port_or_none(hosts)) {
        return out + "***";
    }
    out += hosts;
    const std::string scheme = base::to_lower(parts->scheme);
    if (scheme != "https" && scheme != "http")
        return out.append(parts->rest.substr(0, parts->rest.find('?')));
    return parts->rest.empty() ? out : out + "/***";
}

std::string quoted_setting(const std::string& text) {
    YAML::Emitter out;
    out << YAML::DoubleQuoted << text;
    return out.c_str();
}

}  // namespace

result<> read_yaml(config& into, const std::string& where, const std::string& text) {
    mistake_list mistakes;
    read_document(into, where, text, mistakes);
    if (mistakes.empty()) return {};
    return std::move(mistakes.front());
}

std::vector<base::failure> find_mistakes(const config_sources& sources) {
    mistake_list out;
    const config value = read_sources(sources, out);
    // Settings are checked against each other only if each of them is valid.
    if (out.empty()) note(out, check_config(value));
    return out;
}

result<config> load_config(const config_sources& sources) {
    mistake_list mistakes;
    config value = read_sources(sources, mistakes);
    if (!mistakes.empty()) return std::move(mistakes.front());
    auto checked = check_config(value);
    if (!checked) return checked.error();
    return value;
}

std::string print_config(const config& value) {
    std::string out;
    std::string_view group;
    for (const auto& row : settings()) {
        const auto dot = row.key.find('.');
        if (row.key.substr(0, dot) != group) {
            group = row.key.substr(0, dot);
            out += std::string(group) + ":\n";
        }
        const std::string text = row.get(value);
        out += "  # " + std::string(row.help);
        if (!row.unit.empty()) out += " (" + std::string(row.unit) + ")";
        out += "\n  " + std::string(row.key.substr(dot + 1)) + ": ";
        out += quoted_setting(row.secret ? masked(text) : text);
        out += '\n';
    }
    return out;
}

}  // namespace tollgate::server
