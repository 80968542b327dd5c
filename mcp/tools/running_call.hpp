// One running tools/call: its progress as SSE, and its cancellation.
#pragma once
#include <string>

#include "base/http_message.hpp"
#include "base/response_stream.hpp"
#include "mcp/streams/keep_alive.hpp"
#include "mcp/tool_provider.hpp"
#include "mcp/tools/call_watch.hpp"
#include "mcp/tools/cancellations.hpp"

namespace tollgate::mcp {

struct running_call_facts {
    const std::string& server_id;
    const std::string& token_digest;
    const std::string& request_id_json;
    std::string progress_token_json;  // empty: the client does not want progress
    base::response_stream* stream = nullptr;
    keep_alive* beats = nullptr;        // of the loop: sends comments on the call's stream; may be
                                        // null
    std::optional<log_level> log_from;  // the minimum level of log messages; nullopt: none are sent
    bool closing_cancels = false;       // the client cancels by closing the connection (MCP
                                        // 2026-07-28 transports)
};

// Costs nothing until it is used: the call is registered, watched or answered in parts only when
// needed.
class running_call final : public call_monitor, public quiet_stream {
public:
    // What `facts` refers to, `cancelled`, and the loop's `watch` outlive this.
    running_call(running_call_facts facts, cancellations& cancelled, call_watch& watch)
        : facts_(std::move(facts)), cancelled_(cancelled), watch_(watch) {}
    ~running_call() override;
    running_call(const running_call&) = delete;
    running_call& operator=(const running_call&) = delete;

    void report(std::int64_t progress, std::optional<std::int64_t> total,
                std::string_view message) override;
    bool logs(log_level level) const override;
    void log(log_level level, std::string_view data_json) override;
    call_end end() override;
    base::awaitable<> ended() override { return watch_.wait(*this); }
    void on_end(const base::executor& where, std::function<void()> act) override;
    void beat() override { facts_.stream->send(keep_alive_comment); }

    // Makes the answer the last event, if the answer began as a stream.
    void frame(base::http_response& reply) const;

private:
    running_call_facts facts_;
    cancellations& cancelled_;
    call_watch& watch_;
    call_name name_;  // set once it is registered
    cancellations::flag raised_;
    std::optional<call_watch::hook> hook_;
};

}  // namespace tollgate::mcp
