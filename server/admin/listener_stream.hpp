// The stream of one listener of GET /event: its bounded queue, heartbeat and end.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

#include "base/async.hpp"
#include "base/response_stream.hpp"
#include "tenancy/work/team_events.hpp"

namespace tollgate::admin {

// Used on its connection's loop, except put() and end(). Shared by the stream's keeper and
// team_events.
class listener_stream final : public tenancy::event_listener,
                              public std::enable_shared_from_this<listener_stream> {
public:
    listener_stream(base::executor where, const tenancy::event_rules& rules)
        : where_(where), rules_(rules), beat_(where) {}

    // Sends events. If the client reads too slowly, drops them and sends a "lagged" event as soon
    // as the client has read the queue.
    void put(std::shared_ptr<const std::string> events) noexcept override;
    void end(std::string last) noexcept override;

    void attach(base::response_stream& stream);
    void detach();

private:
    void send(std::string_view events);
    void beat_soon();

    base::executor where_;
    const tenancy::event_rules rules_;
    boost::asio::steady_timer beat_;
    base::response_stream* stream_ = nullptr;  // null before and after the stream
    std::string last_;                         // an end that was requested before the stream began
    bool lagged_ = false;
};

// The keeper of a stream: it ends the subscription to `events`, which outlives it, when the stream
// ends.
std::unique_ptr<base::stream_keeper> make_event_keeper(std::shared_ptr<listener_stream> listener,
                                                       tenancy::team_events& events);

}  // namespace tollgate::admin
