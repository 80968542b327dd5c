#include "server/cli/clients/line_pipe.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tollgate::server::clients {

namespace {

constexpr std::size_t read_bytes = std::size_t{64} * 1024;
// A pipe that can be written to takes that many bytes without waiting.
constexpr std::size_t write_bytes = 4096;

// Waits until `descriptor` is ready; false after the stop signal.
bool wait_for(int descriptor, short what, const stop_signal& stop) {
    pollfd both[2] = {{descriptor, what, 0}, {stop.descriptor(), POLLIN, 0}};
    while (::poll(both, 2, -1) < 0)
        if (errno != EINTR) return false;
    return both[1].revents == 0;
}

}  // namespace

stop_signal::stop_signal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::runtime_error("no event descriptor is left");
}

stop_signal::~stop_signal() {
    ::close(descriptor_);
}

void stop_signal::set() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

bool line_source::fill() {
    if (ended_ || !wait_for(descriptor_, POLLIN, stop_)) return false;
    const std::size_t before = unread_.size();
    unread_.resize(before + read_bytes);
    const ssize_t got = ::read(descriptor_, unread_.data() + before, read_bytes);
    const bool again = got < 0 && (errno == EINTR || errno == EAGAIN);
    unread_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    ended_ = got <= 0 && !again;
    return true;
}

std::optional<std::string> line_source::next() {
    for (;;) {
        const auto end = unread_.find('\n', searched_);
        if (end != std::string::npos || (ended_ && !unread_.empty())) {
            std::string line = unread_.substr(0, end);
            unread_.erase(0, end == std::string::npos ? end : end + 1);
            searched_ = 0;
            if (skipping_) line.clear();
            skipping_ = false;
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return line;
        }
        searched_ = unread_.size();
        if (searched_ > line_bytes_max_) {
            skipping_ = true;
            unread_.clear();
            searched_ = 0;
        }
        if (!fill()) return {};
    }
}

bool write_line(int descriptor, std::string_view line, const stop_signal& stop) {
    std::string text{line};
    text += '\n';
    for (std::size_t sent = 0; sent < text.size();) {
        if (!wait_for(descriptor, POLLOUT, stop)) return false;
        const ssize_t got =
            ::write(descriptor, text.data() + sent, std::min(write_bytes, text.size() - sent));
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0) return false;
        sent += static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace tollgate::server::clients
