#include "base/files.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <vector>

namespace tollgate::base {

namespace {

constexpr mode_t owner_only = 0700;

failure cannot_make(const std::string& path) {
    return fail(errc::unavailable, "directory",
                "cannot make the directory " + path + ": " + std::strerror(errno));
}

// The directories to create, outermost first.
std::vector<std::string> missing_parts(std::filesystem::path path) {
    std::vector<std::string> out;
    std::error_code ignored;
    while (!path.empty() && !std::filesystem::exists(path, ignored)) {
        out.insert(out.begin(), path.string());
        if (path == path.parent_path()) break;
        path = path.parent_path();
    }
    return out;
}

std::string octal(mode_t mode) {
    std::string out = "0000";
    for (std::size_t i = out.size(); i-- > 0; mode >>= 3U)
        out[i] = static_cast<char>('0' + (mode & 7U));
    return out;
}

}  // namespace

result<> make_private_directory(const std::string& path) {
    std::filesystem::path clean = std::filesystem::path{path}.lexically_normal();
    if (!clean.has_filename()) clean = clean.parent_path();
    for (const std::string& part : missing_parts(clean)) {
        if (::mkdir(part.c_str(), owner_only) == 0) {
            // mkdir() clears the bits of the umask, even the owner's.
            if (::chmod(part.c_str(), owner_only) != 0) return cannot_make(path);
        } else if (errno != EEXIST) {
            return cannot_make(path);
        }
    }
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) return cannot_make(path);
    if (!S_ISDIR(facts.st_mode))
        return fail(errc::unavailable, "directory", path + " is there, and is not a directory");
    if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return invalid("open_directory",
                       path + " has mode " + octal(facts.st_mode & 07777U) +
                           ": others than its owner may write in it, and so exchange what it "
                           "holds. Run chmod 700 on it, or name a directory below it that is not "
                           "there yet");
    return {};
}

int descriptor_in(const std::string& path) {
    constexpr std::string_view prefix = "/dev/fd/";
    if (!path.starts_with(prefix)) return -1;
    int number = -1;
    const char* const end = path.data() + path.size();
    const auto done = std::from_chars(path.data() + prefix.size(), end, number);
    return done.ec == std::errc{} && done.ptr == end && number >= 0 ? number : -1;
}

result<> check_plain_file(const std::string& path) {
    struct stat facts{};
    if (path.empty() || descriptor_in(path) >= 0 || ::stat(path.c_str(), &facts) != 0) return {};
    if (S_ISREG(facts.st_mode)) return {};
    return invalid("not_a_file",
                   path +
                       (S_ISDIR(facts.st_mode)    ? " is a directory"
                        : S_ISFIFO(facts.st_mode) ? " is a FIFO: reading it could wait for ever"
                                                  : " is not a regular file") +
                       "; name a regular file");
}

}  // namespace tollgate::base
