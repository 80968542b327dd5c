// What the server and the MCP endpoint pass to each other about one request.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace tollgate::base {
class response_stream;
}  // namespace tollgate::base

namespace tollgate::mcp {

// The upstream request made for a call, for the log. Empty if there was none, or more than one.
struct call_trace {
    std::string upstream_request;  // the upstream's id of the request
    std::string idempotency_key;
};

// Facts about a request that the server room passes in, and facts that it receives for its log and
// metrics.
struct exchange {
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id;
    base::response_stream* stream = nullptr;  // for an answer sent in parts; may be null
    bool events_accepted = false;             // the client accepts event streams; set by handle()

    // Filled in by handle(). `method` is one of MCP's names or "unknown", never the client's text;
    // `tool` is a catalogue name or empty.
    std::string_view method = "none";
    std::string tool;
    bool tool_failed = false;
    std::string client;        // what the client says of itself; set by handle() for calls, lists,
                               // initialize and server/discover
    std::string client_title;  // its clientInfo in initialize; or empty
    bool modern = false;       // the message is of 2026-07-28, or a later revision
    call_trace trace;
};

}  // namespace tollgate::mcp
