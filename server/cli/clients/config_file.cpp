#include "server/cli/clients/config_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/files.hpp"

namespace tollgate::server::clients {

namespace {

using base::descriptor;
using base::errc;
using base::fail;
using base::result;

constexpr std::size_t bytes_max = std::size_t{16} * 1024 * 1024;
constexpr mode_t permission_bits = 0777;

base::failure unreadable(const std::string& path, const std::string& why) {
    return base::invalid("unreadable_file", path + " cannot be read: " + why);
}

base::failure unwritable(const std::string& path, const std::string& why) {
    return fail(errc::forbidden, "read_only", path + " cannot be written: " + why);
}

// The whole content; nothing if there is no such file.
result<std::optional<std::string>> read_all(const std::string& path) {
    const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.get() < 0 && errno == ENOENT) return std::optional<std::string>{};
    if (file.get() < 0) return unreadable(path, std::strerror(errno));
    struct stat facts{};
    if (::fstat(file.get(), &facts) != 0) return unreadable(path, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) return unreadable(path, "it is not a regular file");
    std::string out;
    char chunk[65536];
    for (;;) {
        const ssize_t got = ::read(file.get(), chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path, std::strerror(errno));
        if (got == 0) return std::optional<std::string>{std::move(out)};
        out.append(chunk, static_cast<std::size_t>(got));
        if (out.size() > bytes_max) return unreadable(path, "it is larger than 16 MiB");
    }
}

bool write_all(int file, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t got = ::write(file, text.data() + sent, text.size() - sent);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        sent += static_cast<std::size_t>(got);
    }
    return ::fsync(file) == 0;
}

// A new file with that content, and the mode and owner of `like`.
result<> create(const std::string& path, const std::string& text, const config_file& like) {
    const descriptor file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.get() < 0) return unwritable(path, std::strerror(errno));
    // Only root may give a file away, and for others the owner is right already.
    const bool owned =
        !like.text || ::geteuid() != 0 || ::fchown(file.get(), like.owner, like.group) == 0;
    const bool done = owned && ::fchmod(file.get(), like.mode) == 0 && write_all(file.get(), text);
    if (done) return {};
    auto why = unwritable(path, std::strerror(errno));
    ::unlink(path.c_str());
    return why;
}

void sync_folder(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    const descriptor file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (file.get() >= 0) ::fsync(file.get());
}

// Root may write to what is read-only; the person who made it so did not mean that.
result<> check_writable(const config_file& old) {
    if (!old.text) return {};
    if ((old.mode & S_IWUSR) != 0 && ::access(old.path.c_str(), W_OK) == 0) return {};
    return unwritable(old.path,
                      "it is read-only. Nothing was changed. Allow it with chmod u+w, or "
                      "edit it yourself: --print shows the entry");
}

result<> check_unchanged(const config_file& old) {
    const auto now = read_all(old.path);
    if (!now) return now.error();
    if (*now == old.text) return {};
    return fail(errc::conflict, "changed",
                old.path +
                    " was changed by another program meanwhile. Nothing was changed: run "
                    "this again");
}

}  // namespace

std::string backup_path(const std::string& path) {
    return path + ".tollgate-backup";
}

result<config_file> read_config_file(const std::string& path) {
    config_file out;
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(path, error);
    out.path = error ? path : real.string();
    auto text = read_all(out.path);
    if (!text) return text.error();
    out.text = std::move(*text);
    auto backup = read_all(backup_path(out.path));
    if (!backup) return backup.error();
    out.backup = std::move(*backup);
    struct stat facts{};
    if (out.text && ::stat(out.path.c_str(), &facts) == 0) {
        out.mode = facts.st_mode & permission_bits;
        out.owner = facts.st_uid;
        out.group = facts.st_gid;
    }
    return out;
}

result<> replace_config_file(const config_file& old, const std::string& text, bool backup) {
    const auto writable = check_writable(old);
    if (!writable) return writable.error();
    const auto folder = std::filesystem::path{old.path}.parent_path();
    std::error_code error;
    if (!folder.empty() && !std::filesystem::exists(folder, error)) {
        const auto made = base::make_private_directory(folder.string());
        if (!made) return made.error();
    }
    if (backup && old.text && !old.backup) {
        const auto kept = create(backup_path(old.path), *old.text, old);
        if (!kept) return kept.error();
    }
    const std::string fresh = old.path + ".tollgate-new-" + std::to_string(::getpid());
    const auto written = create(fresh, text, old);
    if (!written) return written.error();
    const auto unchanged = check_unchanged(old);
    if (unchanged && ::rename(fresh.c_str(), old.path.c_str()) == 0) {
        sync_folder(old.path);
        return {};
    }
    auto why = unchanged ? unwritable(old.path, std::strerror(errno)) : unchanged.error();
    ::unlink(fresh.c_str());
    return why;
}

result<> delete_config_file(const config_file& old) {
    const auto writable = check_writable(old);
    if (!writable) return writable.error();
    const auto unchanged = check_unchanged(old);
    if (!unchanged) return unchanged.error();
    if (::unlink(old.path.c_str()) != 0) return unwritable(old.path, std::strerror(errno));
    sync_folder(old.path);
    return {};
}

void delete_backup(const config_file& old) {
    ::unlink(backup_path(old.path).c_str());
}

}  // namespace tollgate::server::clients
