// A blocking loopback client that sends bytes as they are and reads what comes back.
#pragma once
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

namespace tollgate::test {

struct raw_answer {
    unsigned status = 0;  // 0: the server closed without an answer
    std::string head;
    std::string body;
};

class raw_client {
public:
    explicit raw_client(unsigned short port) : socket_(io_) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    }

    void send(std::string_view bytes) {
        boost::system::error_code ignored;  // the server may have closed already
        boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
    }

    // Reads one response that has a Content-Length.
    raw_answer read() {
        raw_answer out;
        boost::system::error_code error;
        const std::size_t head = boost::asio::read_until(
            socket_, boost::asio::dynamic_buffer(buffer_), "\r\n\r\n", error);
        if (error) return out;
        out.head = buffer_.substr(0, head);
        buffer_.erase(0, head);
        out.status = static_cast<unsigned>(std::atoi(out.head.c_str() + 9));
        const auto at = out.head.find("Content-Length: ");
        const std::size_t length =
            at == std::string::npos
                ? 0
                : static_cast<std::size_t>(std::atoll(out.head.c_str() + at + 16));
        if (buffer_.size() < length)
            boost::asio::read(socket_, boost::asio::dynamic_buffer(buffer_),
                              boost::asio::transfer_exactly(length - buffer_.size()), error);
        out.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
        return out;
    }

    // Everything up to and with `end`; what came when the server closed before it.
    std::string read_until(std::string_view end) {
        boost::system::error_code error;
        const std::size_t bytes = boost::asio::read_until(
            socket_, boost::asio::dynamic_buffer(buffer_), std::string(end), error);
        std::string out = buffer_.substr(0, error ? buffer_.size() : bytes);
        buffer_.erase(0, out.size());
        return out;
    }

    // True when the server has closed its side (waits for it).
    bool closed() {
        char byte = 0;
        boost::system::error_code error;
        socket_.read_some(boost::asio::buffer(&byte, 1), error);
        return static_cast<bool>(error);
    }

    raw_answer ask(std::string_view bytes) {
        send(bytes);
        return read();
    }

private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
    std::string buffer_;
};

}  // namespace tollgate::test
