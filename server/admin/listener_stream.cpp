#include "server/admin/listener_stream.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace tollgate::admin {

namespace {

constexpr std::string_view heartbeat_comment = ": keep-alive\n\n";
// How often to check whether a client that missed events has read the queue.
constexpr std::chrono::milliseconds lagged_look{1'000};

class event_keeper final : public base::stream_keeper {
public:
    event_keeper(std::shared_ptr<listener_stream> listener, tenancy::team_events& events)
        : listener_(std::move(listener)), events_(events) {}
    event_keeper(const event_keeper&) = delete;
    event_keeper& operator=(const event_keeper&) = delete;
    ~event_keeper() override {
        listener_->detach();
        events_.leave(*listener_);
    }
    void take(base::response_stream& stream) override { listener_->attach(stream); }

private:
    std::shared_ptr<listener_stream> listener_;
    tenancy::team_events& events_;
};

}  // namespace

void listener_stream::put(std::shared_ptr<const std::string> events) noexcept {
    boost::asio::post(
        where_, [self = shared_from_this(), events = std::move(events)] { self->send(*events); });
}

void listener_stream::end(std::string last) noexcept {
    boost::asio::post(where_, [self = shared_from_this(), last = std::move(last)] {
        if (self->stream_ != nullptr)
            self->stream_->end(last);
        else
            self->last_ = last;
    });
}

void listener_stream::attach(base::response_stream& stream) {
    stream_ = &stream;
    if (!last_.empty()) return stream.end(last_);
    beat_soon();
}

void listener_stream::detach() {
    stream_ = nullptr;
    beat_.cancel();
}

void listener_stream::send(std::string_view events) {
    if (stream_ == nullptr) return;
    if (stream_->waiting() > rules_.waiting_bytes_max) {
        lagged_ = true;
    } else {
        if (std::exchange(lagged_, false)) stream_->send(tenancy::lagged_event);
        if (!events.empty()) stream_->send(events);
    }
    beat_soon();
}

void listener_stream::beat_soon() {
    beat_.expires_after(lagged_ ? lagged_look : rules_.heartbeat);
    beat_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->stream_ == nullptr) return;
        if (!self->lagged_)
            self->send(heartbeat_comment);
        else if (self->stream_->waiting() > self->rules_.waiting_bytes_max)
            self->beat_soon();
        else
            self->send({});
    });
}

std::unique_ptr<base::stream_keeper> make_event_keeper(std::shared_ptr<listener_stream> listener,
                                                       tenancy::team_events& events) {
    return std::make_unique<event_keeper>(std::move(listener), events);
}

}  // namespace tollgate::admin
