// Port: the sessions and streams that are open at an MCP server. The loops of this process have
// them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"

namespace tollgate::admin {

// A session; the texts are empty if they are not known here.
struct open_session {
    std::string name;      // "mses_…", from which the session id cannot be found
    std::string revision;  // of MCP
    std::string client;    // the User-Agent
    std::string title;     // what the client called itself in initialize
    base::timestamp began_at;
    base::timestamp last_used_at;
};

struct open_stream {
    std::string_view kind;  // listen, get or sse
    base::timestamp opened_at;
};

// At most `open_shown_max` of each, and how many there are.
constexpr std::size_t open_shown_max = 100;
struct open_at_server {
    std::size_t session_count = 0;
    std::vector<open_session> sessions;  // those used last first
    std::size_t stream_count = 0;
    std::vector<open_stream> streams;  // the newest first
    // How many instances run, and the ids of those that the answer is about; 0: only this instance
    // could be asked.
    std::size_t running = 0;
    std::vector<std::string> answered{};
};

// Thread-safe. Resumes on the caller's executor.
class open_now {
public:
    virtual ~open_now() = default;

    // What is open. Sessions that have ended, and those that were not used for a day, are left out.
    virtual base::awaitable<open_at_server> of_server(std::string server_id) = 0;

    // Ends the session with that name, and its streams, until an instance restarts: its client must
    // send initialize again. False if no instance that was asked has seen it, or it has ended
    // already.
    virtual base::awaitable<bool> end_session(std::string server_id, std::string name) = 0;
};

}  // namespace tollgate::admin
