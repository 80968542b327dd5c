// A loopback HTTP server that answers like a broken or hostile upstream, at random; each answer
// says for whom it was made.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <random>
#include <string>
#include <thread>

#include "base/async.hpp"

namespace tollgate::test {

// The answer to a request is its credential and its target: "rk_team_1 /v1/call/7". What nobody
// asked for has the credential that the connection heard last, and "unasked".
class erratic_upstream {
public:
    // `later`: some of what nobody asked for comes a moment after an answer.
    erratic_upstream(unsigned seed, bool later)
        : kinds_(later ? 12 : 11),
          random_(seed),
          acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
        boost::asio::co_spawn(io_, accept(), ended);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~erratic_upstream() {
        io_.stop();
        thread_.join();
    }
    unsigned short port() const { return acceptor_.local_endpoint().port(); }
    std::size_t connections() const { return connections_; }

private:
    using socket = boost::asio::ip::tcp::socket;

    // A connection that breaks is the client's affair.
    static void ended(const std::exception_ptr&) {}

    boost::asio::awaitable<void> accept() {
        for (;;) {
            socket peer = co_await acceptor_.async_accept(boost::asio::use_awaitable);
            ++connections_;
            boost::asio::co_spawn(io_, play(std::move(peer)), ended);
        }
    }

    boost::asio::awaitable<void> play(socket peer) {
        std::string buffer;
        boost::system::error_code error;
        for (;;) {
            const auto head = co_await boost::asio::async_read_until(
                peer, boost::asio::dynamic_buffer(buffer), "\r\n\r\n",
                boost::asio::redirect_error(boost::asio::use_awaitable, error));
            if (error) co_return;
            const std::string mark = mark_of(buffer.substr(0, head));
            buffer.erase(0, head);
            const unsigned kind = random_() % kinds_;
            if (kind == 10) co_return;
            const std::string text = answer_of_kind(kind, mark);
            if (kind == 9) co_await rest();
            co_await boost::asio::async_write(
                peer, boost::asio::buffer(text),
                boost::asio::redirect_error(boost::asio::use_awaitable, error));
            if (error || kind == 6) co_return;
            if (kind != 11) continue;
            co_await rest();
            const std::string late = plain(mark.substr(0, mark.find(' ')) + " unasked");
            co_await boost::asio::async_write(
                peer, boost::asio::buffer(late),
                boost::asio::redirect_error(boost::asio::use_awaitable, error));
        }
    }

    boost::asio::awaitable<void> rest() {
        boost::asio::steady_timer timer{io_, std::chrono::microseconds{random_() % 400}};
        co_await timer.async_wait(boost::asio::use_awaitable);
    }

    static std::string answer_of_kind(unsigned kind, const std::string& mark) {
        const std::string unasked = mark.substr(0, mark.find(' ')) + " unasked";
        switch (kind) {
            case 0:
                return "HTTP/1.1 100 Continue\r\n\r\n" + plain(mark);
            case 1:
                return "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                       "HTTP/1.1 102 Processing\r\n\r\n" +
                       plain(mark);
            case 2:
                return plain(mark) + plain(unasked);
            case 3:
                return plain(mark) + "junk";
            case 4:
                return chunked(mark);
            case 5:
                return "HTTP/1.1 101 Switching Protocols\r\n\r\n" + plain(unasked);
            case 6:
                return "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + unasked;
            default:
                return plain(mark);
        }
    }

    static std::string plain(const std::string& body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body;
    }
    static std::string chunked(const std::string& body) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\n" +
               body.substr(0, 1) + "\r\n" + hex(body.size() - 1) + "\r\n" + body.substr(1) +
               "\r\n0\r\nX-Trailer: 1\r\nConnection: close\r\n\r\n";
    }
    static std::string hex(std::size_t value) {
        char text[32];
        std::snprintf(text, sizeof text, "%zx", value);
        return text;
    }
    static std::string mark_of(const std::string& head) {
        const auto target = head.find(' ') + 1;
        const std::string_view bearer = "Authorization: Bearer ";
        const auto key = head.find(bearer) + bearer.size();
        return head.substr(key, head.find("\r\n", key) - key) + " " +
               head.substr(target, head.find(' ', target) - target);
    }

    unsigned kinds_;
    std::mt19937 random_;
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<std::size_t> connections_{0};
    std::thread thread_;
};

}  // namespace tollgate::test
