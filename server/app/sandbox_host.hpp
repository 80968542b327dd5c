// The sandbox behind a loopback listener, with its own loop and thread.
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "server/http/connection.hpp"
#include "stripe/sandbox/sandbox.hpp"

namespace tollgate::server {

class sandbox_host {
public:
    virtual ~sandbox_host() = default;        // stops the sandbox
    virtual std::string address() const = 0;  // host:port
};

// Throws boost::system::system_error if the address is in use. The references outlive the host.
std::unique_ptr<sandbox_host> start_sandbox(const boost::asio::ip::tcp::endpoint& address,
                                            const connection_options& options,
                                            sandbox::options with, const base::clock& clock,
                                            base::logger& log);

}  // namespace tollgate::server
