// Carries JSON-RPC messages between a client that speaks stdio and an MCP URL.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/task_group.hpp"
#include "base/worker.hpp"
#include "server/cli/clients/mcp_exchange.hpp"
#include "server/cli/clients/message.hpp"

namespace tollgate::server::clients {

// How a bridge ends.
enum class bridge_end : std::uint8_t {
    closed,   // the client has closed its side, or a signal came
    refused,  // the gateway does not accept the MCP URL
};

struct bridge_ports {
    // The next line of the client; blocks a thread. Nothing: the client has closed its side.
    std::function<std::optional<std::string>()> next;
    // Writes one line to the client; blocks a thread. False: the client has left.
    std::function<bool(const std::string&)> write;
    // Ends a wait of `next` and `write`.
    std::function<void()> stop;
    // One sentence for the log of the client.
    std::function<void(const std::string&)> log;
};

struct bridge_options {
    delivery::webhook_address to;
    // How long messages wait for a gateway that cannot be reached, as during a restart.
    std::chrono::milliseconds timeout{60'000};
    // How long answers are waited for after the client has closed its side.
    std::chrono::milliseconds drain{30'000};
};

// One client, both eras: the session of the revisions up to 2025-11-25 and its stream, and the
// headers of 2026-07-28. Messages pass unchanged. Used on one loop.
class bridge {
public:
    // `io`, `with` and `log` outlive it.
    bridge(boost::asio::io_context& io, const delivery::network& with, base::logger& log,
           bridge_options options, bridge_ports ports);

    // Runs until the client has closed its side and has its answers, or the URL is refused.
    base::awaitable<bridge_end> run();
    // Ends run() soon, without waiting for answers.
    void stop();

private:
    // A request of the client that is not answered yet.
    struct running {
        bridged_message message;
        std::string line;
        std::shared_ptr<mcp_exchange> exchange{};  // the attempt that runs
        std::string session{};                     // the one that it names
        bool cancelled = false;
        bool answered = false;      // the client has its answer
        bool acknowledged = false;  // of subscriptions/listen: the client knows
    };
    using call = std::shared_ptr<running>;
    enum class attempt_end : std::uint8_t { answered, again, broken, refused };

    base::awaitable<> take(std::string line);
    base::awaitable<> send_request(call one);
    base::awaitable<attempt_end> attempt(call one);
    base::awaitable<attempt_end> exchange_once(call one);
    base::awaitable<attempt_end> answer(call one, reply_head head);
    base::awaitable<attempt_end> answer_events(call one);
    base::awaitable<attempt_end> answer_body(call one, unsigned status, std::string body);
    base::awaitable<> send_other(bridged_message message, std::string line);
    base::awaitable<> cancel(bridged_message message, std::string line);

    // Begins a session again that the gateway does not know any more. False if it does not work.
    base::awaitable<bool> begin_again(std::string session);
    base::awaitable<bool> renew();
    base::awaitable<> listen();
    base::awaitable<bool> listen_once(std::string& last_id, std::chrono::milliseconds& pause);
    base::awaitable<> end_session();

    // True the first time: the answer may be given.
    static bool answers(running& one);
    base::awaitable<> give(std::string line);
    base::awaitable<> fail_call(call one, std::string sentence);
    base::awaitable<> fail_all();
    base::awaitable<> refuse(unsigned status, std::string sentence);
    base::awaitable<> sleep(std::chrono::milliseconds span);
    mcp_request request_of(const bridged_message& message, std::string line) const;
    std::shared_ptr<mcp_exchange> new_exchange();

    boost::asio::io_context& io_;
    const delivery::network& with_;
    const bridge_options options_;
    const bridge_ports ports_;
    base::worker reader_{1, 1};
    base::worker writer_{1, 4096};
    base::task_group tasks_;
    std::map<std::string, call> calls_;  // by id
    std::string session_;
    std::string version_;     // negotiated by initialize
    std::string initialize_;  // the client's own, to begin a session again
    std::shared_ptr<mcp_exchange> stream_;
    bool renewing_ = false;  // a session is begun again
    bool listening_ = false;
    bool stopping_ = false;  // nothing more is read, and nothing repeated
    std::string refusal_;    // why the URL is not accepted; empty: it is
};

}  // namespace tollgate::server::clients
