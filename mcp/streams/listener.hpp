// One open stream: its client, what it subscribes to, and pending notifications.
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

// The streams of one loop, by server_id.
using listener_index = std::unordered_multimap<std::string_view, listener*>;

struct list_of_tasks;
using task_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<list_of_tasks>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// What a stream carries, and in which form.
struct stream_terms {
    list_set lists = 0;                    // lists whose changes it carries
    std::vector<std::string> resources{};  // URIs whose updates it carries
    bool follows = false;      // also updates of the URIs named with stream_hub::follow()
    std::string first{};       // events at the start
    std::string tag{};         // JSON of every notification's params._meta, or empty
    std::string last{};        // the event at the end; empty: a comment with the reason
    std::string session_id{};  // of a client that sent GET within a session; or empty
    // For the HTTP+SSE transport; notified when the stream has ended.
    std::shared_ptr<sse_session> session{};
    std::function<void(const sse_session&)> ended{};
};

// The last text of a stream whose server or token has ended; see stream_terms::last.
constexpr std::string_view because_gone = "closing: this MCP server's URL is no longer valid";
constexpr std::string_view because_session_ended = "closing: this session has ended";

// Owned by its stream. Used on its loop's thread only.
class listener final : public base::stream_keeper, public quiet_stream, public task_hook {
public:
    // For a client of `grant`. Adds itself to `index` and `beats`, which outlive this.
    listener(stream_hub::place place, const tenancy::grant& grant, stream_terms terms,
             listener_index& index, keep_alive& beats);
    ~listener() override;
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    void take(base::response_stream& stream) override;
    // Ends a stream whose grant has expired: an OAuth grant expires without a notification.
    void beat() override;

    // Which transport opened it: "listen" (subscriptions/listen), "get" or "sse" (HTTP+SSE).
    std::string_view kind() const;
    base::timestamp opened_at() const { return opened_at_; }
    const std::string& token_digest() const { return token_digest_; }
    // Whether its MCP server is one of this team or account.
    bool belongs_to(std::string_view owner_id) const {
        return team_id_ == owner_id || account_id_ == owner_id;
    }

    // The session of this stream, or null.
    const sse_session* session() const { return terms_.session.get(); }
    // True for a stream of the client that has the session with that id: it sent GET within it, or
    // began it over this HTTP+SSE stream.
    bool is_of_session(std::string_view id) const {
        return terms_.session_id == id || (terms_.session && terms_.session->session_id() == id);
    }
    void send(std::string_view event);

    // Stores a notification for act(); false if this stream does not carry it.
    bool note(const stream_news& news);
    // Marks the stream to be ended by act(); `why` is a literal.
    void note_end(std::string_view why) { end_because_ = why; }
    // Sends the stored notifications, or the last event.
    void act();

private:
    void notify(std::string_view method, std::string_view uri = {});

    stream_hub::place place_;
    std::string token_digest_;
    std::string team_id_;
    std::string account_id_;
    std::optional<base::timestamp> expires_at_;
    base::timestamp opened_at_;
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
