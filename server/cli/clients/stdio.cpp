#include "server/cli/clients/stdio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

#include "server/cli/clients/bridge.hpp"
#include "server/cli/clients/line_pipe.hpp"
#include "server/cli/clients/mcp_url.hpp"
#include "server/cli/commands.hpp"
#include "server/log/json_log.hpp"
#include "server/log/redaction.hpp"
#include "stripe/upstream/pool.hpp"

namespace tollgate::server {

namespace {

namespace asio = boost::asio;

constexpr std::size_t line_bytes_max = std::size_t{64} * 1024 * 1024;
constexpr std::chrono::milliseconds connect_timeout{15'000};

std::shared_ptr<asio::ssl::context> tls_for(const delivery::webhook_address& to) {
    if (to.tls) return stripe::make_client_tls({});
    return std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
}

clients::bridge_ports standard_ports(clients::line_source& input,
                                     const clients::stop_signal& stop) {
    clients::bridge_ports out;
    out.next = [&input] { return input.next(); };
    out.write = [&stop](const std::string& line) {
        return clients::write_line(STDOUT_FILENO, line, stop);
    };
    out.stop = [&stop] { stop.set(); };
    // Never on standard output, which belongs to the protocol.
    out.log = [](const std::string& sentence) {
        std::cerr << "tollgate stdio: " << redact(sentence) << '\n';
    };
    return out;
}

int bridge_until_the_end(const delivery::webhook_address& to) {
    const auto log = make_json_log({base::log_level::warning, {}});
    const clients::stop_signal stop;
    clients::line_source input{STDIN_FILENO, line_bytes_max, stop};
    asio::io_context io{1};  // outlives the threads, which tell it that they are done
    base::worker blocking{1, 256};
    const delivery::network with{
        .blocking = blocking, .tls = tls_for(to), .timeout = connect_timeout};
    clients::bridge carrier{io, with, *log, {.to = to}, standard_ports(input, stop)};
    asio::signal_set signals{io, SIGTERM, SIGINT};
    signals.async_wait([&carrier](boost::system::error_code error, int) {
        if (!error) carrier.stop();
    });
    auto end = clients::bridge_end::closed;
    std::exception_ptr fault;
    auto running = carrier.run();
    asio::co_spawn(io, std::move(running),
                   [&](const std::exception_ptr& why, clients::bridge_end how) {
                       fault = why;
                       end = how;
                       io.stop();  // whatever still waits has nobody to wait for
                   });
    io.run();
    if (fault) std::rethrow_exception(fault);
    return end == clients::bridge_end::refused ? stdio_refused : stdio_closed;
}

}  // namespace

void stdio_command::add(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "stdio", "Serve an MCP URL on standard input and output, for clients that start a program");
    command
        ->add_option("url", url_,
                     "The MCP URL. It is a secret, so the variable is better than the argument")
        ->envname("TOLLGATE_MCP_URL");
    command->footer(
        "Exit status: 0 the client has closed its side, 1 wrong usage, 2 the gateway does not "
        "accept the URL.");
    entries_ = {{command, [this] { return run(); }}};
}

int stdio_command::run() const {
    try {
        const auto url = url_ == "-" ? base::result<std::string>{base::invalid(
                                           "no_url",
                                           "standard input belongs to the protocol: set "
                                           "the variable TOLLGATE_MCP_URL")}
                                     : clients::take_mcp_url(url_);
        if (!url) return complain(url.error().message);
        const auto to = delivery::parse_webhook(*url);
        return bridge_until_the_end(*to);
    } catch (const std::exception& error) {
        return complain(error.what());
    }
}

}  // namespace tollgate::server
