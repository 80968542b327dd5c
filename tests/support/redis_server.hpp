// A private redis-server on a free port of loopback.
#pragma once
#include <arpa/inet.h>
#include <csignal>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "temp_dir.hpp"

namespace tollgate::test {

// A port nobody listens on at the moment.
inline unsigned short free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(probe, any, size) == 0 && ::getsockname(probe, any, &size) == 0;
    ::close(probe);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

class redis_server {
public:
    // `more`: words of redis-server's command line. `binary`: redis-sentinel takes a file first.
    explicit redis_server(std::vector<std::string> more = {}) : more_(std::move(more)) { start(); }
    ~redis_server() { kill(); }
    redis_server(const redis_server&) = delete;
    redis_server& operator=(const redis_server&) = delete;

    std::string port() const { return std::to_string(port_); }
    std::string url() const { return "redis://127.0.0.1:" + port(); }

    // Returns when it listens. After a kill(): on the same port, with nothing it held before.
    void start() {
        std::vector<std::string> words{"redis-server",
                                       "--port",
                                       port(),
                                       "--bind",
                                       "127.0.0.1",
                                       "--save",
                                       "",
                                       "--dir",
                                       directory_.file("."),
                                       "--logfile",
                                       directory_.file("log")};
        words.insert(words.end(), more_.begin(), more_.end());
        std::vector<char*> raw;
        for (auto& word : words) raw.push_back(word.data());
        raw.push_back(nullptr);
        process_ = ::fork();
        if (process_ == 0) {
            ::execvp(raw[0], raw.data());
            ::_exit(127);
        }
        for (int i = 0; i < 500 && !listens(); ++i) {
            if (::waitpid(process_, nullptr, WNOHANG) == process_) {
                process_ = 0;
                throw std::runtime_error(
                    "the test's Redis did not start (apt-get install redis-server)");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }
    void kill() {
        if (process_ == 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }
    void pause() { ::kill(process_, SIGSTOP); }
    void resume() { ::kill(process_, SIGCONT); }

private:
    bool listens() const {
        const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port_);
        const bool done =
            ::connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ::close(probe);
        return done;
    }

    std::vector<std::string> more_;
    temp_dir directory_;
    unsigned short port_ = free_port();
    pid_t process_ = 0;
};

}  // namespace tollgate::test
