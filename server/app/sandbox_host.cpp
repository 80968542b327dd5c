#include "server/app/sandbox_host.hpp"

#include <boost/asio/post.hpp>

#include <thread>

#include "base/thread_name.hpp"
#include "server/http/listener.hpp"
#include "server/process/bind.hpp"
#include "stripe/sandbox/sandbox.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t connections_max = 1000;

class sandbox_handler final : public request_handler {
public:
    sandbox_handler(const base::clock& clock, sandbox::options with)
        : sandbox_(clock, std::move(with)) {}

    base::awaitable<base::http_response> handle(base::http_request& request,
                                                const connection_facts&) override {
        co_return sandbox_.handle(request);
    }
    base::http_response unreadable(unsigned status, std::string_view) override {
        base::http_response out;
        out.status = status;
        out.body = R"({"error":{"type":"invalid_request_error","message":"Unreadable request."}})";
        return out;
    }

private:
    sandbox::sandbox sandbox_;
};

class hosted_sandbox final : public sandbox_host {
public:
    hosted_sandbox(const boost::asio::ip::tcp::endpoint& address, const connection_options& options,
                   sandbox::options with, const base::clock& clock, base::logger& log)
        : handler_(clock, std::move(with)),
          gate_{connections_max},
          loop_(log),
          listener_(loop_, address, nullptr, gate_, options, handler_, log) {
        loop_.tasks.spawn("sandbox listener", listener_.run());
        thread_ = std::thread([this] {
            base::name_this_thread("sandbox");
            loop_.io.run();
        });
    }
    ~hosted_sandbox() override {
        loop_.io.stop();
        thread_.join();
        loop_.io.drop_pending();  // while the listener and the handler still exist
    }
    std::string address() const override { return to_text(listener_.local_endpoint()); }

private:
    sandbox_handler handler_;
    connection_gate gate_;
    loop loop_;
    listener listener_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<sandbox_host> start_sandbox(const boost::asio::ip::tcp::endpoint& address,
                                            const connection_options& options,
                                            sandbox::options with, const base::clock& clock,
                                            base::logger& log) {
    return std::make_unique<hosted_sandbox>(address, options, std::move(with), clock, log);
}

}  // namespace tollgate::server
