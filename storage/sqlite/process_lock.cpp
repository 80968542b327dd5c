#include "storage/sqlite/process_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace tollgate::storage::sqlite {

using base::errc;
using base::fail;
using base::result;

result<process_lock> process_lock::take(const std::string& database_file) {
    const std::string file = database_file + ".lock";
    process_lock lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (lock.descriptor_ < 0)
        return fail(errc::unavailable, "store_open_failed",
                    "cannot open " + file + ": " + std::strerror(errno));
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0)
        return fail(errc::unavailable, "store_locked",
                    "another process uses this database (" + file +
                        " is locked): stop it first, or give this one another file");
    return lock;
}

process_lock::process_lock(process_lock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

process_lock::~process_lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

result<> create_private(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return fail(errc::unavailable, "store_open_failed",
                    "cannot open the database file " + file + ": " + std::strerror(errno));
    ::close(descriptor);
    return {};
}

}  // namespace tollgate::storage::sqlite
