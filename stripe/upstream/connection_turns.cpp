#include "stripe/upstream/connection_turns.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace tollgate::stripe {

namespace asio = boost::asio;
using base::errc;
using base::fail;
using base::result;

namespace {

template <typename Queues>
auto queue_of(Queues& queues, std::string_view account) {
    return std::find_if(queues.begin(), queues.end(),
                        [&](const auto& queue) { return queue.account == account; });
}

}  // namespace

base::awaitable<result<>> connection_turns::take(connection_holder holder, time_point deadline) {
    if (shares_.allows(holder)) {
        shares_.take(holder);
        co_return result<>{};
    }
    waiting_room& room = holder.yields ? yielding_ : waiting_;
    if (!has_place(room, holder.account))
        co_return fail(errc::unavailable, "not_sent",
                       "Too many calls wait for a connection to Stripe.");
    waiter call{asio::steady_timer{executor_}, holder};
    call.wake.expires_at(deadline);
    enter(room, call);
    boost::system::error_code woken;
    co_await call.wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (call.granted) co_return result<>{};
    leave(room, call);
    co_return fail(errc::deadline_exceeded, "not_sent",
                   "No connection to Stripe became free in time.");
}

void connection_turns::release(const connection_holder& holder) {
    shares_.release(holder);
    while (grant_next(waiting_) || grant_next(yielding_)) {
    }
}

// As with the shares: an account may take a place in the queue while it holds fewer places than are
// free.
bool connection_turns::has_place(const waiting_room& room, std::string_view account) const {
    if (room.size >= waiting_max_) return false;
    const auto queue = queue_of(room.queues, account);
    const std::size_t waiting = queue == room.queues.end() ? 0 : queue->calls.size();
    return waiting < waiting_max_ - room.size;
}

void connection_turns::enter(waiting_room& room, waiter& call) {
    auto queue = queue_of(room.queues, call.holder.account);
    if (queue == room.queues.end())
        queue = room.queues.insert(queue, {std::string(call.holder.account), {}});
    queue->calls.push_back(&call);
    ++room.size;
}

void connection_turns::leave(waiting_room& room, waiter& call) {
    const auto queue = queue_of(room.queues, call.holder.account);
    queue->calls.remove(&call);
    --room.size;
    if (queue->calls.empty()) room.queues.erase(queue);
}

// True if a call of `room` was given a connection.
bool connection_turns::grant_next(waiting_room& room) {
    for (auto queue = room.queues.begin(); queue != room.queues.end(); ++queue) {
        waiter& call = *queue->calls.front();
        if (!shares_.allows(call.holder)) continue;
        shares_.take(call.holder);
        queue->calls.pop_front();
        --room.size;
        if (queue->calls.empty()) {
            room.queues.erase(queue);
        } else {
            room.queues.splice(room.queues.end(), room.queues, queue);
        }
        call.granted = true;
        call.wake.cancel();
        return true;
    }
    return false;
}

}  // namespace tollgate::stripe
