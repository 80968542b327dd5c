// A response that is written in parts while it is being made.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace tollgate::base {

class response_stream;

// Who writes to a stream when its request's handler is done. Owned by the stream and destroyed when
// that has ended, whoever ended it.
class stream_keeper {
public:
    virtual ~stream_keeper() = default;
    // `stream` is this keeper's until its destructor. Once.
    virtual void take(response_stream& stream) = 0;
};

// Touched on the connection's loop only; lives as long as the request's handler runs, and its
// keeper where it has one. Nothing here blocks or fails: what cannot be sent is dropped, and the
// handler's answer tells the rest.
class response_stream {
public:
    virtual ~response_stream() = default;

    // Adds a header to the head. Call before open().
    virtual void add_header(std::string_view name, std::string_view value) = 0;

    // Sends the head of a 200 answer of text/event-stream (WHATWG HTML §9.2). False when the
    // connection cannot carry one (HTTP/1.0). After it the handler's response is only its body: the
    // last event. Once.
    virtual bool open() = 0;
    virtual bool opened() const = 0;

    // Queues one event, framing included. Dropped when the client reads too slowly. Needs open().
    virtual void send(std::string_view event) = 0;

    // True when the client has closed its side. Watching begins with the first call.
    virtual bool peer_closed() = 0;

    // Leaves the stream open when the handler returns, until end(), or until the client has left or
    // reads too slowly. Needs open(). Once.
    virtual void keep(std::unique_ptr<stream_keeper> keeper) = 0;

    // Ends a stream that is kept with `last`, an event or nothing. The keeper goes later.
    virtual void end(std::string_view last) = 0;
};

}  // namespace tollgate::base
