// Sends the events of a team to open streams. The source is the team's audit log, which every
// instance reads, so that the listeners of all instances receive the events of every instance.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::tenancy {

struct event_rules {
    std::chrono::milliseconds look_every{250};      // between two reads of the logs
    std::chrono::milliseconds look_rarest{2'000};   // when a read takes long
    std::chrono::milliseconds check_every{10'000};  // between two checks of a credential
    std::chrono::milliseconds heartbeat{15'000};    // between two comments on an idle stream
    std::int64_t behind_max = 1'024;  // records; listeners that miss more receive the event lagged
    std::int64_t batch = 256;         // records in one read
    std::size_t listeners_max = 1'000;
    std::size_t listeners_of_team_max = 250;
    std::size_t waiting_bytes_max = std::size_t{64} * 1024;  // for a client that reads slowly
};

// Port: the stream of one listener.
class event_listener {
public:
    virtual ~event_listener() = default;
    // Sends whole server-sent events. Any thread; must not block.
    virtual void put(std::shared_ptr<const std::string> events) noexcept = 0;
    // Sends a last event and ends the stream. Any thread; must not block.
    virtual void end(std::string last) noexcept = 0;
};

// The credential that a stream was opened with; the stream ends when it is no longer valid.
struct event_credential {
    base::secret token;                           // tgp_… or tgk_…
    std::optional<base::timestamp> expires_at{};  // of a session
};

// The event for a listener that missed events: it must load everything again.
constexpr std::string_view lagged_event = "event: lagged\ndata: {}\n\n";

// Thread-safe, except where said otherwise. Without listeners, nothing is read.
class team_events {
public:
    // The references live as long as this object.
    team_events(const environment& env, api_keys& keys, sessions& people, event_rules rules = {})
        : env_(env), keys_(keys), sessions_(people), rules_(rules) {}

    const event_rules& rules() const { return rules_; }
    void beat_every(std::chrono::milliseconds heartbeat) { rules_.heartbeat = heartbeat; }

    // Sends the team's events to `listener` from now on, until leave(). Its first event is "ready",
    // whose id is a position of the team's audit log; if `last_seen` differs from that position, a
    // "lagged" event follows. Fails with errc::unavailable "too_many_streams", or "stopping" after
    // end_all().
    base::result<> follow(std::string team_id, event_credential credential,
                          std::optional<std::int64_t> last_seen,
                          std::shared_ptr<event_listener> listener);
    void leave(const event_listener& listener);

    // Ends every stream and refuses new ones, because the process is shutting down.
    void end_all();

    // The number of open streams. Thread-safe.
    std::size_t open() const;

    // Reads the logs of teams that have listeners, until stop(). Runs on the caller's executor;
    // start it once.
    base::awaitable<> run();
    // Ends run() soon. Call on its executor's thread.
    void stop();
    // One read of all these logs, with the checks that are due.
    base::awaitable<> look();

private:
    struct member {
        std::shared_ptr<event_listener> listener;
        event_credential credential;
        std::optional<std::int64_t> last_seen;
        bool ready = false;  // has received the end position of its team's log
        base::timestamp checked_at;
    };
    struct followed_team {
        std::optional<std::int64_t> position;  // everything before it was sent
        std::vector<member> members;
    };

    base::awaitable<base::result<>> read_on(const std::string& team_id);
    base::awaitable<> check(const std::string& team_id);
    base::awaitable<base::result<>> still_valid(std::string token);
    std::optional<std::int64_t> position_of(const std::string& team_id) const;
    void send(const std::string& team_id, std::string events);
    void arrive(const std::string& team_id, std::int64_t position);
    void recheck(const std::string& team_id);
    std::vector<std::string> teams() const;
    void arm(base::executor on);
    void wake();

    const environment& env_;
    api_keys& keys_;
    sessions& sessions_;
    event_rules rules_;
    mutable std::mutex mutex_;
    std::map<std::string, followed_team> teams_;
    std::size_t open_ = 0;
    bool ended_ = false;
    std::optional<base::executor> where_;  // set while run() runs
    std::optional<boost::asio::steady_timer> wake_;
    bool stopping_ = false;  // used on the loop of run() only
    bool again_ = false;
};

}  // namespace tollgate::tenancy
