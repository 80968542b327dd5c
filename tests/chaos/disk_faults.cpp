// A library for LD_PRELOAD: the disk under a database fails or is slow, as a file says.
//
// DISK_FAULTS names that file. Its text is one word, read at each call: "eio" (writing and syncing
// fail), "eio_sync" (syncing fails, writing does not), "read_only" (writing fails as on a file
// system that was remounted read-only), "quota" (writing fails as when a quota is used up), "slow"
// (each sync takes 200 ms more); anything else, or no file: nothing happens. Only files whose name
// has "tollgate.db" in it are concerned.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace {

enum class trouble { none, eio, eio_sync, read_only, quota, slow };

template <typename Function>
Function next_of(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_database(int file) {
    std::array<char, 64> link{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", file);
    std::array<char, 4096> path{};
    const ssize_t length = readlink(link.data(), path.data(), path.size());
    return length > 0 && std::string_view{path.data(), static_cast<std::size_t>(length)}.find(
                             "tollgate.db") != std::string_view::npos;
}

trouble wanted(int file) {
    static const char* const control = std::getenv("DISK_FAULTS");
    if (control == nullptr || !is_database(file)) return trouble::none;
    const int in = open(control, O_RDONLY | O_CLOEXEC);
    if (in < 0) return trouble::none;
    std::array<char, 16> text{};
    const ssize_t length = read(in, text.data(), text.size());
    close(in);
    const std::string_view word{text.data(), static_cast<std::size_t>(length < 0 ? 0 : length)};
    if (word == "eio") return trouble::eio;
    if (word == "eio_sync") return trouble::eio_sync;
    if (word == "read_only") return trouble::read_only;
    if (word == "quota") return trouble::quota;
    if (word == "slow") return trouble::slow;
    return trouble::none;
}

// True if the write is to fail, with errno set.
bool write_fails(int file) {
    const trouble now = wanted(file);
    if (now != trouble::eio && now != trouble::read_only && now != trouble::quota) return false;
    errno = now == trouble::eio ? EIO : now == trouble::quota ? EDQUOT : EROFS;
    return true;
}

bool sync_fails(int file) {
    const trouble now = wanted(file);
    constexpr useconds_t slow_us = 200'000;
    if (now == trouble::slow) usleep(slow_us);
    if (now != trouble::eio && now != trouble::eio_sync) return false;
    errno = EIO;
    return true;
}

}  // namespace

extern "C" {

ssize_t pwrite(int file, const void* from, size_t count, off_t at) {
    static const auto next = next_of<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    return write_fails(file) ? -1 : next(file, from, count, at);
}

ssize_t pwrite64(int file, const void* from, size_t count, off64_t at) {
    static const auto next = next_of<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return write_fails(file) ? -1 : next(file, from, count, at);
}

ssize_t write(int file, const void* from, size_t count) {
    static const auto next = next_of<ssize_t (*)(int, const void*, size_t)>("write");
    return write_fails(file) ? -1 : next(file, from, count);
}

int fsync(int file) {
    static const auto next = next_of<int (*)(int)>("fsync");
    return sync_fails(file) ? -1 : next(file);
}

int fdatasync(int file) {
    static const auto next = next_of<int (*)(int)>("fdatasync");
    return sync_fails(file) ? -1 : next(file);
}

}  // extern "C"
