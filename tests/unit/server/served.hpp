// A listener on a free loopback port with an echoing handler, on a thread of its own.
#pragma once
#include <boost/asio/post.hpp>

#include <functional>
#include <future>
#include <thread>

#include "server/http/listener.hpp"
#include "server/pipeline/problem.hpp"

namespace tollgate::server::test {

// Answers with method, target and body; "/slow" waits until release() is called.
class echo_handler final : public request_handler {
public:
    base::awaitable<base::http_response> handle(base::http_request& request,
                                                const connection_facts&) override {
        if (request.path == "/slow") {
            ++waiting;
            const auto here = co_await boost::asio::this_coro::executor;
            boost::asio::steady_timer pause{here};
            while (!released) {
                pause.expires_after(std::chrono::milliseconds{5});
                co_await pause.async_wait(boost::asio::use_awaitable);
            }
        }
        base::http_response out;
        out.content_type = "text/plain";
        out.body =
            std::string(request.method) + " " + std::string(request.target) + " " + request.body;
        last_host = request.header("Host");
        last_headers = request.headers.size();
        ++answered;
        co_return out;
    }
    base::http_response unreadable(unsigned status, std::string_view why) override {
        return problem(status, "unreadable_request", why);
    }
    std::atomic<bool> released{false};
    std::atomic<int> waiting{0};  // requests of "/slow" so far
    std::atomic<int> answered{0};
    // Of the last request; read once its answer is there.
    std::string last_host;
    std::size_t last_headers = 0;
};

template <typename Handler>
class served_by {
public:
    explicit served_by(connection_options options = {}, std::size_t connections = 100,
                       std::size_t refusals = 1'000)
        : options_(options),
          gate_{.limit = connections, .refusals = refusals},
          where_(log_),
          listener_(where_, {boost::asio::ip::make_address("127.0.0.1"), 0}, nullptr, gate_,
                    options_, handler, log_) {
        where_.tasks.spawn("listener", listener_.run());
        thread_ = std::thread([this] { where_.io.run(); });
    }
    ~served_by() {
        if constexpr (requires { handler.released; }) handler.released = true;
        boost::asio::post(where_.io, [this] {
            listener_.close();
            where_.connections.abort();
        });
        if (thread_.joinable()) thread_.join();
    }
    // Stops the loop at once and drops what waits on it.
    void cut() {
        where_.io.stop();
        thread_.join();
        where_.io.drop_pending();
    }
    std::size_t open() const { return gate_.open; }
    unsigned short port() const { return listener_.local_endpoint().port(); }
    void drain() {
        boost::asio::post(where_.io, [this] {
            listener_.close();
            where_.connections.drain();
        });
    }

    void abort() {
        boost::asio::post(where_.io, [this] { where_.connections.abort(); });
    }
    // Runs `what` on the loop, and returns when it is done.
    void on_loop(std::function<void()> what) {
        std::promise<void> done;
        boost::asio::post(where_.io, [&] {
            what();
            done.set_value();
        });
        done.get_future().wait();
    }

    Handler handler;

private:
    base::null_logger log_;
    connection_options options_;
    connection_gate gate_;
    loop where_;
    listener listener_;
    std::thread thread_;
};

using served = served_by<echo_handler>;

}  // namespace tollgate::server::test
