// The open streams of this process: their limits, and notifications to the streams of a server.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "mcp/tool_provider.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::mcp {

struct stream_options {
    std::size_t all_max = 8'000;
    std::size_t of_server_max = 100;
    std::chrono::milliseconds keep_alive{15'000};
    std::chrono::milliseconds gather{50};  // changes within this time are sent as one
};

// A notification for open streams. Every field except `type` may be empty.
struct stream_news {
    enum class kind : std::uint8_t {
        changed,       // lists of the server, or of all servers of `owner_id`, have changed
        updated,       // the resource `text` of the server was updated
        gone,          // the server, or one of its tokens, has ended; no server: all of them
        session_gone,  // the session with the id `session` has ended
        message,       // the event `text` for `session`, a stream of the server; may be empty
    };
    kind type = kind::changed;
    std::string server_id;
    std::string owner_id;      // for changed: a team or an account; the server is empty then
    std::string token_digest;  // for gone: only streams of this token
    list_set lists = 0;        // for changed
    std::string session;       // for message and session_gone
    std::string text;
};

// Receives notifications for the streams of one loop.
class stream_inbox {
public:
    virtual ~stream_inbox() = default;
    // Thread-safe, does not block.
    virtual void put(const stream_news& news) = 0;
};

// Thread-safe, except add().
class stream_hub {
public:
    // The right to have a stream open, returned by the destructor.
    class place;
    enum class refusal : std::uint8_t { none, too_many, too_many_of_server };

    // `clock` outlives this.
    stream_hub(stream_options options, const base::clock& clock)
        : options_(options), clock_(clock) {}
    stream_hub(const stream_hub&) = delete;
    stream_hub& operator=(const stream_hub&) = delete;

    const stream_options& options() const { return options_; }
    const base::clock& clock() const { return clock_; }

    // Call before the loops run. `loop` outlives the last call of notify().
    void add(stream_inbox& loop) { loops_.push_back(&loop); }

    // For tenancy::grants::subscribe().
    void notify(const tenancy::server_event& event);
    void notify(const stream_news& news);

    // Notifies the server's streams of what a call has changed, if anything.
    void notify(const std::string& server_id, const tool_result& result);

    // resources/subscribe and resources/unsubscribe of revisions before 2026-07-28: starts or stops
    // notifying those of the server's streams that follow resources about updates of `uri`.
    // Sessions are not known here, so a subscription applies to all of the server's clients. False
    // if the server has reached its limit.
    bool follow(const std::string& server_id, const std::string& uri);
    void leave(const std::string& server_id, const std::string& uri);
    bool followed(const std::string& server_id, const std::string& uri) const;

    // Returns nothing, and sets `why`, if a limit is reached.
    std::optional<place> enter(const std::string& server_id, refusal& why);

    // The number of open streams of this process. Thread-safe.
    std::size_t open() const;

private:
    using counts = std::unordered_map<std::string, std::size_t>;
    void give_back(counts::value_type& of_server);

    const stream_options options_;
    const base::clock& clock_;
    std::vector<stream_inbox*> loops_;
    mutable std::mutex mutex_;
    counts of_servers_;
    std::size_t open_ = 0;
    std::map<std::string, std::set<std::string>> followed_;
};

class stream_hub::place {
public:
    place(stream_hub& hub, counts::value_type& of_server) : hub_(&hub), of_server_(&of_server) {}
    place(place&& other) noexcept
        : hub_(std::exchange(other.hub_, nullptr)), of_server_(other.of_server_) {}
    place& operator=(place&&) = delete;
    ~place() {
        if (hub_ != nullptr) hub_->give_back(*of_server_);
    }
    // Valid as long as this object.
    const std::string& server_id() const { return of_server_->first; }
    const stream_hub& hub() const { return *hub_; }

private:
    stream_hub* hub_;
    counts::value_type* of_server_;
};

}  // namespace tollgate::mcp
