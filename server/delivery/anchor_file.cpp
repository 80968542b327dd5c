#include "server/delivery/anchor_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash_point.hpp"
#include "base/descriptor.hpp"
#include "tenancy/audit/audit_destination.hpp"

namespace tollgate::server::delivery {

namespace {

using base::descriptor;
using base::errc;
using base::fail;
using base::result;

base::failure file_failure(const std::string& path, const char* what) {
    return fail(errc::unavailable, std::string{tenancy::delivery_unreachable},
                std::string{what} + " " + path + " failed: " + std::strerror(errno));
}

// The text needed between the end of the file and the next note.
std::string separator_after(int file, off_t size) {
    std::array<char, 2> end{};
    const auto wanted = static_cast<std::size_t>(std::min<off_t>(size, 2));
    if (wanted == 0) return {};
    const auto got = ::pread(file, end.data(), wanted, size - static_cast<off_t>(wanted));
    const std::string_view tail{end.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
    if (tail == "\n\n") return {};
    return tail.ends_with('\n') ? "\n" : "\n\n";
}

// One write, so that a killed process leaves a whole note or none.
bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Ensures that a new file is still in its folder after a power failure.
void sync_folder(const std::string& path) {
    const auto parent = std::filesystem::path{path}.parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    const descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.open()) ::fsync(opened.get());
}

}  // namespace

result<> append_anchor(const std::string& path, std::string_view note) {
    const descriptor file{::open(path.c_str(),
                                 O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW,
                                 S_IRUSR | S_IWUSR)};
    if (!file.open()) return file_failure(path, "opening");
    struct stat found{};
    if (::fstat(file.get(), &found) != 0) return file_failure(path, "reading the size of");
    if (!S_ISREG(found.st_mode))
        return fail(errc::unavailable, std::string{tenancy::delivery_unreachable},
                    path + " is not a regular file: set audit.anchor_file to one");
    std::string bytes = separator_after(file.get(), found.st_size);
    bytes += note;
    bytes += '\n';
    base::crash_point("anchor.before_write");
    if (!write_all(file.get(), bytes)) {
        auto why = file_failure(path, "writing");
        // Best effort: any remains are separated from the next note.
        if (::ftruncate(file.get(), found.st_size) != 0) why.message += "; a part of a note stays";
        return why;
    }
    base::crash_point("anchor.before_sync");
    if (::fsync(file.get()) != 0) return file_failure(path, "syncing");
    if (found.st_size == 0) sync_folder(path);
    base::crash_point("anchor.after_sync");
    return {};
}

}  // namespace tollgate::server::delivery
