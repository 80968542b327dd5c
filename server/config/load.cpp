#include "server/config/load.hpp"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/nearest.hpp"
#include "server/config/settings.hpp"

namespace tollgate::server {

namespace {

using base::invalid;
using base::result;

constexpr std::uintmax_t file_bytes_max = 256 * 1024;

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

result<> read_group(config& into, const std::string& where, const std::string& group,
                    const YAML::Node& members) {
    if (!members.IsMap())
        return invalid("wrong_type",
                       where + ": '" + group + "' must hold settings" + suggestion(group), group);
    for (const auto& member : members) {
        const std::string key = group + "." + member.first.Scalar();
        const auto* row = find_setting(key);
        if (row != nullptr && member.second.IsSequence() && !row->list)
            return invalid("wrong_type", where + ": " + key + " takes one value, not a list", key);
        if (member.second.IsMap())
            return invalid("unknown_setting",
                           where + ": there is no setting '" + key + "'" + suggestion(key), key);
        auto done = read_scalar(into, where, key, member.second);
        if (!done) return done;
    }
    return {};
}

result<> read_file(config& into, const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error)
        return invalid("config_unreadable",
                       "cannot read the configuration file " + path + ": " + error.message());
    if (size > file_bytes_max) return invalid("config_too_large", path + " is larger than 256 KiB");
    std::ifstream in{path};
    std::stringstream text;
    text << in.rdbuf();
    return read_yaml(into, path, text.str());
}

result<> read_environment(config& into, const config_sources& sources) {
    // The names that platforms give; ours come below and win.
    for (const auto& [usual, key] :
         {std::pair{"DATABASE_URL", "data.url"}, std::pair{"REDIS_URL", "redis.url"}}) {
        const auto url = sources.environment(usual);
        if (!url) continue;
        auto done = set_value(into, usual, key, *url);
        if (!done) return done;
    }
    for (const auto& row : settings()) {
        const auto name = environment_name(row.key);
        if (const auto value = sources.environment(name)) {
            auto done = set_value(into, name, std::string(row.key), *value);
            if (!done) return done;
        }
    }
    for (const auto& name : sources.environment_names) {
        const bool known = std::any_of(settings().begin(), settings().end(), [&](const auto& row) {
            return environment_name(row.key) == name;
        });
        if (known || name == "TOLLGATE_CONFIG") continue;
        std::vector<std::string> names;
        for (const auto& row : settings()) names.push_back(environment_name(row.key));
        const std::vector<std::string_view> views(names.begin(), names.end());
        const auto near = base::nearest_word(name, views);
        return invalid("unknown_setting",
                       "the environment variable " + name + " is no setting" +
                           (near.empty() ? "" : "; did you mean " + std::string(near) + "?"),
                       name);
    }
    return {};
}

// A URL without its user, password and parameters; of anything else nothing.
std::string masked(const std::string& text) {
    if (text.empty()) return text;
    const auto scheme = text.find("://");
    if (scheme == std::string::npos) return "***";
    const auto at = text.rfind('@');
    const auto host = at == std::string::npos ? scheme + 3 : at + 1;
    const std::string shown = text.substr(host, text.find('?', host) - host);
    return text.substr(0, scheme + 3) + (at == std::string::npos ? "" : "***@") + shown;
}

std::string quoted(const std::string& text) {
    YAML::Emitter out;
    out << YAML::DoubleQuoted << text;
    return out.c_str();
}

}  // namespace

result<> read_yaml(config& into, const std::string& where, const std::string& text) {
    try {
        const YAML::Node root = YAML::Load(text);
        if (root.IsNull()) return {};
        if (!root.IsMap()) return invalid("wrong_type", where + " must hold groups of settings");
        for (const auto& group : root) {
            auto done = read_group(into, where, group.first.Scalar(), group.second);
            if (!done) return done;
        }
    } catch (const YAML::Exception& wrong) {
        return invalid("config_not_yaml", where + " is not valid YAML: " + wrong.what());
    }
    return {};
}

result<config> load_config(const config_sources& sources) {
    config value;
    if (!sources.file.empty()) {
        auto done = read_file(value, sources.file);
        if (!done) return done.error();
    }
    auto from_environment = read_environment(value, sources);
    if (!from_environment) return from_environment.error();
    for (const auto& [key, text] : sources.flags) {
        auto done = set_value(value, flag_name(key), key, text);
        if (!done) return done.error();
    }
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
        out += quoted(row.secret ? masked(text) : text);
        out += '\n';
    }
    return out;
}

}  // namespace tollgate::server
