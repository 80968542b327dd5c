#include "server/app/first_key_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/secret.hpp"

namespace tollgate::server {

namespace {

base::failure refused(const std::string& path, const char* doing, const char* advice) {
    return base::fail(base::errc::unavailable, "first_api_key_file",
                      std::string{"server.first_api_key_file: cannot "} + doing + " " + path +
                          ": " + std::strerror(errno) + advice,
                      "server.first_api_key_file");
}

}  // namespace

base::result<first_key_file> first_key_file::reserve(const std::string& path) {
    first_key_file out;
    if (path.empty()) return out;
    out.descriptor_ =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (out.descriptor_ < 0)
        return refused(path, "make",
                       errno == EEXIST ? ". It may hold the key of another database: move it away"
                                       : ". Name a file in a directory that this user may write");
    out.path_ = path;
    return out;
}

first_key_file::first_key_file(first_key_file&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

first_key_file& first_key_file::operator=(first_key_file&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

first_key_file::~first_key_file() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(path_.c_str());
}

base::result<> first_key_file::keep(std::string_view key) {
    std::string text{key};
    text += '\n';
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size()) && ::fsync(descriptor_) == 0;
    base::wipe(text);
    if (!whole) return refused(path_, "write", "");
    ::close(std::exchange(descriptor_, -1));
    return {};
}

}  // namespace tollgate::server
