// A loopback HTTP server that answers each connection by a script, for tests of the upstream
// client.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tollgate::test {

// What to do with one request on a connection.
struct step {
    std::string answer;                  // bytes to write; empty: none
    bool close_before = false;           // close when the request has come, unread by anybody
    bool close_after = false;            // close behind the answer
    std::chrono::milliseconds pause{0};  // before the answer
    std::string unasked{};               // written a moment after the answer, in a piece of its own
    std::string trickle{};               // written again and again behind the answer
};

// Connection n plays script[n]; a connection without a script is closed at once. Requests are kept
// for the test to see.
class scripted_upstream {
public:
    // `connections_max`: later ones are refused, as if nobody listened.
    explicit scripted_upstream(std::vector<std::vector<step>> script,
                               std::size_t connections_max = SIZE_MAX)
        : script_(std::move(script)),
          connections_max_(connections_max),
          acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
        thread_ = std::thread([this] { accept(); });
    }
    ~scripted_upstream() {
        stopping_ = true;
        boost::system::error_code ignored;
        boost::asio::ip::tcp::socket wake{io_};
        wake.connect({boost::asio::ip::make_address("127.0.0.1"), port_}, ignored);
        thread_.join();
        for (auto& one : served_) one.join();
    }
    unsigned short port() const { return port_; }
    std::vector<std::string> requests() {
        const std::lock_guard lock{mutex_};
        return requests_;
    }
    int connections() const { return connections_; }
    // Returns when a step's `unasked` has been written.
    void wait_unasked() const {
        while (!unasked_) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }

private:
    void accept() {
        for (std::size_t n = 0; acceptor_.is_open(); ++n) {
            boost::asio::ip::tcp::socket socket{io_};
            boost::system::error_code error;
            acceptor_.accept(socket, error);
            if (stopping_ || error) return;
            ++connections_;
            if (n + 1 >= connections_max_) acceptor_.close(error);
            if (n >= script_.size()) continue;
            served_.emplace_back(
                [this, n, s = std::move(socket)]() mutable { play(script_[n], s); });
        }
    }
    void play(const std::vector<step>& steps, boost::asio::ip::tcp::socket& socket) {
        std::string buffer;
        boost::system::error_code error;
        for (const auto& one : steps) {
            const auto head = boost::asio::read_until(socket, boost::asio::dynamic_buffer(buffer),
                                                      "\r\n\r\n", error);
            if (error) return;
            const auto at = buffer.find("Content-Length: ");
            const std::size_t length =
                at < head ? static_cast<std::size_t>(std::atoll(buffer.c_str() + at + 16)) : 0;
            while (buffer.size() < head + length && !error) {
                char bytes[4096];
                const auto got = socket.read_some(boost::asio::buffer(bytes), error);
                buffer.append(bytes, got);
            }
            {
                const std::lock_guard lock{mutex_};
                requests_.push_back(buffer.substr(0, head + length));
            }
            buffer.erase(0, head + length);
            if (one.close_before) return;
            std::this_thread::sleep_for(one.pause);
            boost::asio::write(socket, boost::asio::buffer(one.answer), error);
            if (!one.unasked.empty()) {
                std::this_thread::sleep_for(std::chrono::milliseconds{30});
                boost::asio::write(socket, boost::asio::buffer(one.unasked), error);
                unasked_ = true;
            }
            while (!one.trickle.empty() && !error && !stopping_) {
                boost::asio::write(socket, boost::asio::buffer(one.trickle), error);
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
            }
            if (one.close_after) return;
        }
        // Keep the connection open until the client goes.
        char byte = 0;
        socket.read_some(boost::asio::buffer(&byte, 1), error);
    }

    std::vector<std::vector<step>> script_;
    std::size_t connections_max_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    unsigned short port_ = acceptor_.local_endpoint().port();
    std::thread thread_;
    std::vector<std::thread> served_;
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::atomic<int> connections_{0};
    std::atomic<bool> unasked_{false};
    std::atomic<bool> stopping_{false};
};

}  // namespace tollgate::test
