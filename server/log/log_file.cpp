#include "server/log/log_file.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tollgate::server {

namespace {

constexpr mode_t log_mode = 0640;

// Only the log's own thread writes, so it needs no mutex.
class descriptor_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    explicit descriptor_sink(int descriptor) : descriptor_(descriptor) {}
    ~descriptor_sink() override { ::close(descriptor_); }
    descriptor_sink(const descriptor_sink&) = delete;
    descriptor_sink& operator=(const descriptor_sink&) = delete;

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t text;
        formatter_->format(message, text);
        std::string_view rest{text.data(), text.size()};
        while (!rest.empty()) {
            const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return;
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void flush_() override {}

private:
    int descriptor_;
};

base::failure refused(const std::string& path, const std::string& why) {
    return base::fail(base::errc::unavailable, "log_file",
                      "log.file: cannot write to " + path + ": " + why +
                          ". Name a file that this user may write, or leave log.file empty for "
                          "standard error",
                      "log.file");
}

int open_descriptor(const std::string& path) {
    if (path == "/dev/stdout") return ::dup(STDOUT_FILENO);
    if (path == "/dev/stderr") return ::dup(STDERR_FILENO);
    // Without O_NONBLOCK, opening a FIFO would wait for a reader.
    return ::open(path.c_str(),
                  O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                  log_mode);
}

}  // namespace

base::result<spdlog::sink_ptr> open_log_file(const std::string& path) {
    const int descriptor = open_descriptor(path);
    if (descriptor < 0)
        return refused(path, errno == ELOOP   ? "it is a symbolic link, which is not followed"
                             : errno == ENXIO ? "it is a FIFO or a socket"
                                              : std::strerror(errno));
    const auto sink = std::make_shared<descriptor_sink>(descriptor);
    if (path.starts_with("/dev/std") || path == "/dev/null") return spdlog::sink_ptr{sink};
    struct stat facts{};
    if (::fstat(descriptor, &facts) != 0) return refused(path, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) return refused(path, "it is not a regular file");
    // Also removes access given by a umask or an earlier version.
    if ((facts.st_mode & 07777U) != log_mode && ::fchmod(descriptor, log_mode) != 0 &&
        (facts.st_mode & (S_IWOTH | S_IROTH)) != 0)
        return refused(path, "others may read or write it, and its mode cannot be changed");
    return spdlog::sink_ptr{sink};
}

}  // namespace tollgate::server
