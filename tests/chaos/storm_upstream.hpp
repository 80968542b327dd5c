// A Stripe whose first page comes at once and whose further pages take their time.
#pragma once
#include <atomic>
#include <chrono>
#include <deque>
#include <thread>
#include <unordered_map>

#include "tests/chaos/storm_poll.hpp"

namespace tollgate::storm {

class slow_upstream {
public:
    explicit slow_upstream(std::chrono::milliseconds delay) : delay_(delay) {
        listener_ = descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        const sockaddr_in any = loopback(0);
        if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
            ::listen(listener_.get(), 4096) != 0)
            give_up("listen");
        make_nonblocking(listener_);
        sockaddr_in bound{};
        socklen_t size = sizeof bound;
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
        port_ = ntohs(bound.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~slow_upstream() {
        stopping_ = true;
        thread_.join();
    }
    slow_upstream(const slow_upstream&) = delete;
    slow_upstream& operator=(const slow_upstream&) = delete;

    unsigned short port() const { return port_; }
    long pages() const { return pages_; }

private:
    using clock = std::chrono::steady_clock;
    struct client {
        descriptor socket;
        std::string text;
        long number = 0;
    };
    struct late_answer {
        clock::time_point due;
        int socket = 0;
        long number = 0;  // of the client: a socket's number is used again
    };

    void run() {
        poll_.add(listener_);
        while (!stopping_) {
            for (const int ready : poll_.wait(5)) {
                if (ready == listener_.get())
                    accept_all();
                else
                    serve(ready);
            }
            answer_late();
        }
    }

    void accept_all() {
        for (;;) {
            descriptor socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
            if (!socket.open()) return;
            const int on = 1;
            ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            poll_.add(socket);
            const int key = socket.get();
            clients_[key] = client{std::move(socket), {}, ++accepted_};
        }
    }

    void serve(int key) {
        client& one = clients_.at(key);
        if (!read_some(one.socket, one.text)) {
            clients_.erase(key);
            return;
        }
        const auto end = one.text.find("\r\n\r\n");
        if (end == std::string::npos) return;
        const std::string request = one.text.substr(0, end);
        one.text.erase(0, end + 4);
        if (request.find("starting_after=") != std::string::npos)
            late_.push_back({clock::now() + delay_, key, one.number});
        else
            answer(one);
    }

    void answer_late() {
        while (!late_.empty() && late_.front().due <= clock::now()) {
            const late_answer next = late_.front();
            late_.pop_front();
            const auto found = clients_.find(next.socket);
            if (found != clients_.end() && found->second.number == next.number)
                answer(found->second);
        }
    }

    // A page of one row, behind which there are more.
    void answer(client& to) {
        const std::string body =
            R"({"object":"list","has_more":true,"url":"/v1/refunds","data":[{"id":"re_)" +
            std::to_string(++pages_) + R"(","object":"refund","amount":1,"currency":"usd"}]})";
        const std::string text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body;
        ::send(to.socket.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    const std::chrono::milliseconds delay_;
    descriptor listener_;
    unsigned short port_ = 0;
    poll_set poll_;
    std::unordered_map<int, client> clients_;
    std::deque<late_answer> late_;
    long accepted_ = 0;
    std::atomic<long> pages_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace tollgate::storm
