// What the server and the MCP endpoint tell each other of one request.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace tollgate::base {
class response_stream;
}  // namespace tollgate::base

namespace tollgate::mcp {

// The request to the upstream that a call became, for the log. Empty where there was none, and
// where there were many.
struct call_trace {
    std::string upstream_request;  // what the upstream calls it
    std::string idempotency_key;
};

// What the server room adds to a request, and what it wants to know afterwards for its log and
// metrics.
struct exchange {
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id;
    base::response_stream* stream = nullptr;  // for an answer in parts; may be null
    bool events_accepted = false;             // the client takes one; set by handle()

    // Filled in by handle(). `method` is one of MCP's names or "unknown", never the client's text;
    // `tool` is a catalogue name or empty.
    std::string_view method = "none";
    std::string tool;
    bool tool_failed = false;
    call_trace trace;
};

}  // namespace tollgate::mcp
