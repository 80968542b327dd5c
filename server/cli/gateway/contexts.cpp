#include "server/cli/gateway/contexts.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "base/files.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server {

namespace {

using base::errc;
using base::fail;
using base::result;

base::failure not_written(const std::string& path) {
    return fail(errc::unavailable, "contexts_file",
                "cannot write " + path + ": " + std::strerror(errno));
}

base::failure not_ours(const std::string& path, const std::string& why) {
    return base::invalid("bad_contexts",
                         path + ": " + why + "; mend it, or remove it and run tollgate login");
}

// Throws YAML::Exception.
result<context> context_of(const std::string& path, const std::string& name,
                           const YAML::Node& from) {
    context out;
    out.name = name;
    const auto good = check_context_name(name);
    if (!good) return not_ours(path, good.error().message);
    if (!from.IsMap() || !from["url"] || !from["key"])
        return not_ours(path, "the context " + name + " needs url and key");
    out.url = from["url"].as<std::string>();
    out.key = base::secret{from["key"].as<std::string>()};
    for (const auto& one : from["instances"]) out.instances.push_back(one.as<std::string>());
    return out;
}

// All of it, with the mode that it needs, or nothing.
result<> write_private(const std::string& path, std::string_view text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                            S_IRUSR | S_IWUSR);
    if (file < 0) return not_written(path);
    const bool whole =
        ::write(file, text.data(), text.size()) == std::ssize(text) && ::fsync(file) == 0;
    const int why = errno;
    ::close(file);
    if (whole) return {};
    ::unlink(path.c_str());
    errno = why;
    return not_written(path);
}

}  // namespace

result<std::string> contexts_place(const environment_reader& environment) {
    constexpr const char* below = "/tollgate/contexts.yaml";
    const auto chosen = environment("XDG_CONFIG_HOME");
    if (chosen && chosen->starts_with('/')) return *chosen + below;
    const auto home = environment("HOME");
    if (home && home->starts_with('/')) return *home + "/.config" + below;
    return base::invalid("no_home", "there is no place for contexts: set HOME or XDG_CONFIG_HOME");
}

result<context_list> context_list::read(const std::string& path) {
    context_list out;
    std::error_code unknown;
    if (!std::filesystem::exists(path, unknown) && !unknown) return out;
    const auto text = tenancy::read_secret_file(path);
    if (!text) return text.error();
    try {
        const YAML::Node root = YAML::Load(std::string{text->reveal()});
        if (root.IsNull()) return out;
        if (!root.IsMap()) return not_ours(path, "it is not a mapping");
        if (root["current"]) out.current_ = root["current"].as<std::string>();
        for (const auto& one : root["contexts"]) {
            auto read = context_of(path, one.first.as<std::string>(), one.second);
            if (!read) return read.error();
            out.all_.push_back(std::move(*read));
        }
    } catch (const YAML::Exception& wrong) {
        return not_ours(path,
                        "it is not valid YAML at line " + std::to_string(wrong.mark.line + 1));
    }
    return out;
}

result<> context_list::write(const std::string& path) const {
    auto made = base::make_private_directory(std::filesystem::path{path}.parent_path());
    if (!made) return made;
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "current" << YAML::Value << YAML::DoubleQuoted
        << current_;
    out << YAML::Key << "contexts" << YAML::Value << YAML::BeginMap;
    for (const auto& one : all_) {
        out << YAML::Key << YAML::DoubleQuoted << one.name << YAML::Value << YAML::BeginMap;
        out << YAML::Key << "url" << YAML::Value << YAML::DoubleQuoted << one.url;
        out << YAML::Key << "key" << YAML::Value << YAML::DoubleQuoted
            << std::string{one.key.reveal()};
        if (!one.instances.empty()) {
            out << YAML::Key << "instances" << YAML::Value << YAML::BeginSeq;
            for (const auto& each : one.instances) out << YAML::DoubleQuoted << each;
            out << YAML::EndSeq;
        }
        out << YAML::EndMap;
    }
    out << YAML::EndMap << YAML::EndMap;
    const std::string part = path + ".part-" + std::to_string(::getpid());
    auto written = write_private(part, "# Written by tollgate login. It holds API keys.\n" +
                                           std::string{out.c_str()} + '\n');
    if (!written) return written;
    if (::rename(part.c_str(), path.c_str()) == 0) return {};
    const int why = errno;
    ::unlink(part.c_str());
    errno = why;
    return not_written(path);
}

const context* context_list::find(std::string_view name) const {
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [name](const auto& one) { return one.name == name; });
    return found == all_.end() ? nullptr : &*found;
}

void context_list::put(context one) {
    current_ = one.name;
    std::erase_if(all_, [&one](const auto& other) { return other.name == one.name; });
    all_.push_back(std::move(one));
}

bool context_list::remove(std::string_view name) {
    if (current_ == name) current_.clear();
    return std::erase_if(all_, [name](const auto& one) { return one.name == name; }) > 0;
}

bool context_list::use(std::string_view name) {
    if (find(name) == nullptr) return false;
    current_ = name;
    return true;
}

base::failure no_such_context(std::string_view name) {
    return base::fail(errc::not_found, "no_context",
                      "there is no context " + std::string{name} +
                          ": tollgate contexts list shows all, tollgate login makes one");
}

result<> check_context_name(std::string_view name) {
    constexpr std::size_t characters_max = 40;
    const bool good = !name.empty() && name.size() <= characters_max &&
                      std::all_of(name.begin(), name.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
                      });
    if (good) return {};
    return base::invalid("bad_name",
                         "the name of a context has 1 to 40 letters, digits, '.', '_' and '-'");
}

}  // namespace tollgate::server
