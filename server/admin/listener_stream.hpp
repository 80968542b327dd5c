// The stream of one listener of GET /event: its bounded queue, its heartbeat, its end.
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

    // Sends events, or remembers that some were left out while the client reads too slowly: a
    // "lagged" event tells it as soon as it has read what waits.
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
    std::string last_;                         // an end that came before the stream
    bool lagged_ = false;
};

// The keeper of a stream; it leaves `events`, which outlives it, with the stream.
std::unique_ptr<base::stream_keeper> make_event_keeper(std::shared_ptr<listener_stream> listener,
                                                       tenancy::team_events& events);

}  // namespace tollgate::admin
