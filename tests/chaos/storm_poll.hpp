// Thousands of sockets on one thread: what the storm's clients and its Stripe have in common.
#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tollgate::storm {

// A file descriptor that is closed with its owner.
class descriptor {
public:
    explicit descriptor(int number = -1) : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    bool open() const { return number_ >= 0; }
    void close() { *this = descriptor{}; }

private:
    int number_;
};

[[noreturn]] inline void give_up(const std::string& what) {
    throw std::runtime_error(what + ": " + std::string(::strerror(errno)));
}

inline sockaddr_in loopback(unsigned short port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
}

inline descriptor connect_to(unsigned short port) {
    descriptor out{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const sockaddr_in where = loopback(port);
    if (::connect(out.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        give_up("connect");
    const int on = 1;
    ::setsockopt(out.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return out;
}

inline void make_nonblocking(const descriptor& socket) {
    ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
}

// Requests and answers here are small: they fit the socket's buffer.
inline void write_all(const descriptor& socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (count < 0) give_up("send");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

// Appends what there is to read; false at the end of the stream.
inline bool read_some(const descriptor& socket, std::string& into) {
    char buffer[8192];
    const ssize_t count = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    into.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
}

class poll_set {
public:
    poll_set() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

    void add(const descriptor& socket) {
        epoll_event event{};
        event.events = EPOLLIN | EPOLLRDHUP;
        event.data.fd = socket.get();
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0) give_up("epoll");
    }

    // The sockets that have something to say within `ms`.
    std::vector<int> wait(int ms) {
        epoll_event events[256];
        const int count = ::epoll_wait(epoll_.get(), events, 256, ms);
        std::vector<int> out;
        for (int i = 0; i < count; ++i) out.push_back(events[i].data.fd);
        return out;
    }

private:
    descriptor epoll_;
};

inline void raise_open_files() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace tollgate::storm
