// A response that is written in parts while it is produced.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tollgate::base {

class response_stream;

// Writes to a stream after its request's handler has returned. Owned by the stream and destroyed
// when the stream has ended, for any reason.
class stream_keeper {
public:
    virtual ~stream_keeper() = default;
    // `stream` may be used until this keeper's destructor. Called once.
    virtual void take(response_stream& stream) = 0;
};

// Used on the connection's loop only; lives as long as the request's handler runs, and then as long
// as its keeper, if any. Nothing here blocks or fails: events that cannot be sent are dropped.
class response_stream {
public:
    virtual ~response_stream() = default;

    // Adds a header to the head. Call before open().
    virtual void add_header(std::string_view name, std::string_view value) = 0;

    // Sends the head of a 200 response of text/event-stream (WHATWG HTML §9.2). False if the
    // connection cannot carry one (HTTP/1.0). After this, only the body of the handler's response
    // is used: the last event. Call once.
    virtual bool open() = 0;
    virtual bool opened() const = 0;

    // Queues one event, framing included. Drops it if the client reads too slowly. Requires open().
    virtual void send(std::string_view event) = 0;

    // Bytes that were sent here and that the connection has not taken yet; 0 if unknown.
    virtual std::size_t waiting() const { return 0; }

    // True if the client has closed its side. Watching begins with the first call.
    virtual bool peer_closed() = 0;

    // Keeps the stream open after the handler returns, until end(), or until the client disconnects
    // or reads too slowly. Requires open(). Call once.
    virtual void keep(std::unique_ptr<stream_keeper> keeper) = 0;

    // Ends a kept stream with `last`, an event or nothing. The keeper is destroyed later.
    virtual void end(std::string_view last) = 0;
};

}  // namespace tollgate::base
