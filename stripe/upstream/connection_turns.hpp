// Decides which call gets the next free connection to the upstream, and which calls wait.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "stripe/upstream/connection_shares.hpp"

namespace tollgate::stripe {

// Grants the right to hold one connection, within the shares of teams and accounts. Each account
// has its own queue, and the queues take turns, so that one account's calls never wait behind
// another's. Used on one loop only.
class connection_turns {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // At most `waiting_max` calls may wait, and as many calls that yield.
    connection_turns(base::executor where, std::size_t connections_max, std::size_t waiting_max)
        : executor_(std::move(where)), shares_(connections_max), waiting_max_(waiting_max) {}

    // Returns when `holder` holds a connection; give it back with release(). The views in `holder`
    // live until then. Failures: errc::unavailable "not_sent" if too many calls wait (in total, or
    // more of this account than there are free places); errc::deadline_exceeded "not_sent". May be
    // cancelled (terminal): it then fails or throws, and holds nothing.
    base::awaitable<base::result<>> take(connection_holder holder, time_point deadline);

    // Gives one back, and wakes a call that may take it.
    void release(const connection_holder& holder);

    // Frees the memory of teams and accounts that hold no connection. Call every few seconds.
    void tidy() { shares_.tidy(); }

    std::size_t in_use() const { return shares_.in_use(); }

private:
    struct waiter {
        boost::asio::steady_timer wake;
        connection_holder holder;
        bool granted = false;
    };
    struct account_queue {
        std::string account;
        std::list<waiter*> calls;
    };
    // The queue whose turn is next is at the front. An account without waiting calls has no queue.
    struct waiting_room {
        std::list<account_queue> queues;
        std::size_t size = 0;
    };

    bool has_place(const waiting_room& room, std::string_view account) const;
    static void enter(waiting_room& room, waiter& call);
    static void leave(waiting_room& room, waiter& call);
    bool grant_next(waiting_room& room);

    base::executor executor_;
    connection_shares shares_;
    std::size_t waiting_max_;
    waiting_room waiting_;
    waiting_room yielding_;
};

}  // namespace tollgate::stripe
