#include "storage/sqlite/reserve_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tollgate::storage::sqlite {

reserve_file::reserve_file(std::string path, std::uint64_t bytes, base::logger& log)
    : path_(std::move(path)), wanted_(bytes), log_(log) {
    if (wanted_ == 0) {
        (void)::unlink(path_.c_str());  // left by a start with another setting
        return;
    }
    int error = open_file();
    if (error == 0) error = allocate();
    if (error == 0) return;
    const bool full = error == ENOSPC || error == EDQUOT;
    log_.error(
        "disk_reserve_missing",
        {{"file", path_},
         {"bytes", static_cast<std::int64_t>(wanted_)},
         {"reason", std::generic_category().message(error)},
         {"next_step", full ? "writes are refused: make room on this disk, or lower data.reserve_mb"
                            : "writes are refused: let the gateway make and write this file; it "
                              "tries again every five seconds"}});
}

reserve_file::~reserve_file() {
    if (file_ >= 0) ::close(file_);
}

int reserve_file::open_file() {
    constexpr mode_t only_owner = 0600;
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, only_owner);
    if (file_ < 0) return errno;
    (void)::ftruncate(file_, 0);
    return 0;
}

int reserve_file::allocate() {
    const int error = ::posix_fallocate(file_, 0, static_cast<off_t>(wanted_));
    if (error == 0)
        held_ = wanted_;
    else
        (void)::ftruncate(file_, 0);
    return error;
}

bool reserve_file::give_back() {
    if (held_ == 0 || ::ftruncate(file_, 0) != 0) return false;
    held_ = 0;
    next_look_ = std::chrono::steady_clock::now() + look_every;
    log_.error("disk_full", {{"file", path_},
                             {"given_back", static_cast<std::int64_t>(wanted_)},
                             {"next_step", "writes are refused until there is room on this disk"}});
    return true;
}

void reserve_file::restore_if_possible() {
    const auto now = std::chrono::steady_clock::now();
    if (!is_missing() || now < next_look_) return;
    next_look_ = now + look_every;
    struct statvfs disk{};
    if (file_ < 0 && open_file() != 0) return;
    if (::fstatvfs(file_, &disk) != 0) return;
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    if (free < wanted_ + wanted_ / 4 || allocate() != 0) return;
    log_.warning("disk_reserve_restored",
                 {{"file", path_}, {"bytes", static_cast<std::int64_t>(wanted_)}});
}

}  // namespace tollgate::storage::sqlite
