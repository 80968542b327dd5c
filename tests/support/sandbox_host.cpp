// The sandbox behind a loopback port, for clients in other languages: prints its URL on the first
// line and serves until standard input ends.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <iostream>
#include <unistd.h>

#include "base/task_group.hpp"
#include "stripe/sandbox/sandbox.hpp"

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using tollgate::base::awaitable;
using tollgate::sandbox::sandbox;

namespace {

class error_log final : public tollgate::base::logger {
public:
    void write(tollgate::base::log_level, std::string_view event,
               std::initializer_list<tollgate::base::log_field> fields) noexcept override {
        std::cerr << event;
        for (const auto& field : fields) std::cerr << ' ' << field.key << '=' << field.text;
        std::cerr << '\n';
    }
};

tollgate::base::http_response answer(sandbox& box, http::request<http::string_body>& in) {
    tollgate::base::http_request request;
    request.method = in.method_string();
    request.target = in.target();
    const auto mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string_view::npos) request.query = request.target.substr(mark + 1);
    for (const auto& field : in) request.headers.push_back({field.name_string(), field.value()});
    request.body = std::move(in.body());
    return box.handle(request);
}

// Answers one connection's requests in order until it closes.
awaitable<> serve(tcp::socket socket, sandbox& box) {
    boost::beast::tcp_stream stream{std::move(socket)};
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request<http::string_body> in;
        boost::system::error_code error;
        stream.expires_after(std::chrono::minutes{5});
        co_await http::async_read(stream, buffer, in,
                                  asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return;
        const bool keep_alive = in.keep_alive();
        auto reply = answer(box, in);
        http::response<http::string_body> out{static_cast<http::status>(reply.status), 11};
        out.set(http::field::content_type, std::string(reply.content_type));
        for (const auto& [name, value] : reply.headers) out.set(name, value);
        out.body() = std::move(reply.body);
        out.keep_alive(keep_alive);
        out.prepare_payload();
        co_await http::async_write(stream, out, asio::redirect_error(asio::use_awaitable, error));
        if (error || !keep_alive) co_return;
    }
}

awaitable<> accept(tcp::acceptor& acceptor, sandbox& box, tollgate::base::task_group& tasks) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        tasks.spawn("serve", serve(std::move(socket), box));
    }
}

awaitable<> stop_at_end_of_input(asio::posix::stream_descriptor& input, asio::io_context& loop) {
    std::array<char, 64> bytes{};
    boost::system::error_code error;
    const auto into = asio::buffer(bytes);
    while (!error)
        co_await input.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    loop.stop();
}

}  // namespace

int main() {
    asio::io_context loop{1};
    error_log log;
    const tollgate::base::system_clock clock;
    sandbox box{clock, {}};
    tollgate::base::task_group tasks{loop.get_executor(), log};
    tcp::acceptor acceptor{loop, {asio::ip::make_address("127.0.0.1"), 0}};
    asio::posix::stream_descriptor input{loop, ::dup(STDIN_FILENO)};
    tasks.spawn("accept", accept(acceptor, box, tasks));
    tasks.spawn("stop", stop_at_end_of_input(input, loop));
    std::cout << "http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
    loop.run();
}
