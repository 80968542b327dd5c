// One connection to the upstream: connect once, then exchange requests one at a time.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/deadlines.hpp"
#include "base/result.hpp"
#include "stripe/upstream/pool.hpp"

namespace tollgate::stripe {

// How an exchange that gave no answer ended.
enum class exchange_end {
    answered,
    write_failed,   // the request did not leave whole
    closed_unread,  // the peer closed before the first byte of an answer
    broken,         // the answer began and did not end, or was not HTTP
    too_large,      // the answer passed the limit
};

class upstream_connection {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using endpoints = boost::asio::ip::tcp::resolver::results_type;

    virtual ~upstream_connection() = default;

    // Connects, TLS included. Failures: errc::unavailable or deadline_exceeded, with the reason in
    // the message.
    virtual base::awaitable<base::result<>> open(const endpoints& addresses,
                                                 time_point deadline) = 0;

    // Writes `request` (a whole HTTP message) and reads the answer into `answer`.
    virtual base::awaitable<exchange_end> exchange(const std::string& request,
                                                   upstream_response& answer,
                                                   time_point deadline) = 0;

    // Lets the exchange under way end soon, as if its deadline had passed.
    virtual void give_up() noexcept = 0;

    virtual bool timed_out() const = 0;  // the last failure was a deadline
    virtual bool reusable() const = 0;   // open, and the peer agreed to keep it so
    virtual bool gone() = 0;             // the peer has closed it meanwhile
    virtual int exchanges() const = 0;
    virtual time_point idle_since() const = 0;
};

std::unique_ptr<upstream_connection> make_plain_connection(base::executor where,
                                                           base::deadline_set& deadlines,
                                                           const upstream_options& options);

// `sessions` keeps the last TLS session for resumption; shared by the pool's connections.
struct tls_sessions;
std::shared_ptr<tls_sessions> make_tls_sessions();
std::unique_ptr<upstream_connection> make_tls_connection(
    base::executor where, base::deadline_set& deadlines, const upstream_options& options,
    std::shared_ptr<boost::asio::ssl::context> context, std::shared_ptr<tls_sessions> sessions);

}  // namespace tollgate::stripe
