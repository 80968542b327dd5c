// One connection to the upstream: connects once, then exchanges one request at a time.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/deadlines.hpp"
#include "base/result.hpp"
#include "stripe/upstream/upstream.hpp"
#include "stripe/upstream/upstream_options.hpp"

namespace tollgate::stripe {

// How an exchange ended.
enum class exchange_end {
    answered,
    write_failed,   // the request was not sent completely
    closed_unread,  // the peer closed before the first byte of an answer
    broken,         // the answer was incomplete, or was not HTTP
    too_large,      // the answer exceeded the limit of its body or of all its bytes
};

class upstream_connection {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using endpoints = boost::asio::ip::tcp::resolver::results_type;

    virtual ~upstream_connection() = default;

    // Connects, including TLS. Failures: errc::unavailable or deadline_exceeded, with the reason in
    // the message.
    virtual base::awaitable<base::result<>> open(const endpoints& addresses,
                                                 time_point deadline) = 0;

    // Writes `request` (a whole HTTP message) and reads the final answer into `answer`. Skips a few
    // interim answers (1xx, RFC 9110 §15.2) before it; 101 is `broken`, because no protocol switch
    // was requested. All received bytes count against the limit of an answer, and their time
    // against `deadline`.
    virtual base::awaitable<exchange_end> exchange(const std::string& request,
                                                   upstream_response& answer,
                                                   time_point deadline) = 0;

    // Ends the current exchange soon, as if its deadline had passed.
    virtual void give_up() noexcept = 0;

    virtual bool timed_out() const = 0;  // the last failure was a deadline
    // True if it is open, the peer agreed to keep it open, and its last answer ended exactly where
    // it should.
    virtual bool reusable() const = 0;
    // True if nothing has arrived since the last answer, neither bytes nor an end. Unrequested
    // bytes would be taken for the next answer.
    virtual bool quiet() = 0;
    // Frees the buffer of a large answer; for a connection between exchanges.
    virtual void release_memory() noexcept = 0;
    virtual int exchanges() const = 0;
    virtual time_point idle_since() const = 0;
};

// Creates a connection that is not open yet. Used on the loop of `where`; `deadlines` and `options`
// outlive it.
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
