// Comments on idle streams, so that no intermediary closes them as dead (WHATWG HTML §9.2.7).
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <memory>
#include <string_view>

#include "base/async.hpp"

namespace tollgate::mcp {

constexpr std::string_view keep_alive_comment = ": keep-alive\n\n";

// A stream that must send something regularly. Leaves its keep_alive when destroyed.
class quiet_stream : public boost::intrusive::list_base_hook<
                         boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    virtual ~quiet_stream() = default;
    // Sends keep_alive_comment. Must not destroy a stream.
    virtual void beat() = 0;

private:
    friend class keep_alive;
    std::chrono::steady_clock::time_point due_;
};

// All streams of one loop, with one timer. Used on that loop's thread only.
class keep_alive {
public:
    keep_alive(const base::executor& where, std::chrono::milliseconds period)
        : timer_(where), period_(period) {}
    keep_alive(const keep_alive&) = delete;
    keep_alive& operator=(const keep_alive&) = delete;

    // `one` has just sent something: its beat() is called a period later, and so on until it is
    // destroyed.
    void sent(quiet_stream& one);

private:
    void plan();
    void send_comments();

    boost::asio::steady_timer timer_;
    const std::chrono::milliseconds period_;
    boost::intrusive::list<quiet_stream, boost::intrusive::constant_time_size<false>> streams_;
    bool planned_ = false;
    // The timer's handler may run after this object is gone, and then finds this expired.
    std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace tollgate::mcp
