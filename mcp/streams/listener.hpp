// One open stream: who listens, to what, and what waits to be told.
#pragma once
#include <boost/intrusive/list.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/response_stream.hpp"
#include "mcp/streams/keep_alive.hpp"
#include "mcp/streams/sse_sessions.hpp"
#include "mcp/streams/stream_hub.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

class listener;

// Of one loop, by server_id.
using listener_index = std::unordered_multimap<std::string_view, listener*>;

struct list_of_tasks;
using task_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<list_of_tasks>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// What a stream carries, and how.
struct stream_terms {
    list_set lists = 0;                    // whose changes it is told of
    std::vector<std::string> resources{};  // URIs whose updates it is told of
    bool follows = false;                  // and of those that stream_hub::follow() names
    std::string first{};                   // events to begin with
    std::string tag{};                     // JSON of every notification's params._meta, or empty
    std::string last{};                    // the event to end with; empty: a comment that says why
    // Of the HTTP+SSE transport; told when the stream has ended.
    std::shared_ptr<sse_session> session{};
    std::function<void(const sse_session&)> ended{};
};

// What a stream ends with when its server or token is no more; see stream_terms::last.
constexpr std::string_view because_gone = "closing: this MCP server's URL is no longer valid";

// Owned by its stream. Touched on its loop's thread only.
class listener final : public base::stream_keeper, public quiet_stream, public task_hook {
public:
    // Of a client of `grant`. `index` and `beats` outlive this, which is in them from now on.
    listener(stream_hub::place place, const tenancy::grant& grant, stream_terms terms,
             listener_index& index, keep_alive& beats);
    ~listener() override;
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    void take(base::response_stream& stream) override;
    // Ends a stream whose grant has expired: what OAuth gives ends by itself, and nobody tells.
    void beat() override;

    const std::string& token_digest() const { return token_digest_; }

    // The session that its stream is, or null.
    const sse_session* session() const { return terms_.session.get(); }
    void send(std::string_view event);

    // Notes what is to be told; false when this stream does not carry it.
    bool note(const stream_news& news);
    // Notes that the stream is to end; `why` is a literal.
    void note_end(std::string_view why) { end_because_ = why; }
    // Sends what was noted, or the last event.
    void act();

private:
    void notify(std::string_view method, std::string_view uri = {});

    stream_hub::place place_;
    std::string token_digest_;
    std::optional<base::timestamp> expires_at_;
    stream_terms terms_;
    listener_index& index_;
    const listener_index::iterator here_;
    keep_alive& beats_;
    base::response_stream* stream_ = nullptr;
    list_set changed_ = 0;
    std::vector<std::string> updated_;
    std::string_view end_because_;
};

}  // namespace tollgate::mcp
