// Reads a stream of server-sent events (WHATWG HTML §9.2), from bytes in any pieces.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::server::clients {

struct sse_event {
    std::string type;  // empty: "message"
    std::string data;
};

class sse_reader {
public:
    // `event_bytes_max`: a longer event ends the stream.
    explicit sse_reader(std::size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

    // The events that `bytes` complete; events without data are left out.
    std::vector<sse_event> feed(std::string_view bytes);

    // True once an event was too long; nothing is read after it.
    bool failed() const { return failed_; }
    // The id of the last event, for Last-Event-ID; empty: none.
    const std::string& last_id() const { return last_id_; }
    // The pause before a reconnect that the stream asked for, in milliseconds.
    std::optional<long> retry_ms() const { return retry_ms_; }

private:
    void line(std::string_view text, std::vector<sse_event>& out);

    const std::size_t event_bytes_max_;
    std::string unread_;
    bool after_return_ = false;  // a line feed that follows belongs to the line before
    bool failed_ = false;
    sse_event event_;
    std::string id_;
    std::string last_id_;
    std::optional<long> retry_ms_;
};

}  // namespace tollgate::server::clients
