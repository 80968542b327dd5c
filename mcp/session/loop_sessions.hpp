// The sessions that one loop has seen, for people who ask what is open at an MCP server. Sessions
// verify themselves (session_ids), so that this decides nothing.
#pragma once
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::mcp {

// What is known of a session.
struct open_session {
    std::string id;  // what the client sends; shown to nobody
    std::string server_id;
    std::string revision{};  // of MCP, such as "2025-11-25"; empty if the client names none
    std::string client{};    // its User-Agent; or empty
    std::string title{};     // "name version" from initialize; empty if that was not seen here
    base::timestamp began_at{};
    base::timestamp last_used_at{};
};

// The name of a session in the admin API: "mses_" and 24 characters of the id's SHA-256, from
// which the id cannot be found.
std::string name_of_session(std::string_view id);

// Used on its loop's thread only, so that a request takes no lock. Beyond `sessions_max`, the
// session that was used the longest time ago is forgotten, though it stays valid.
class loop_sessions {
public:
    static constexpr std::size_t sessions_max = 5'000;

    // `clock` outlives this.
    explicit loop_sessions(const base::clock& clock, std::size_t most = sessions_max)
        : clock_(clock), most_(most) {}
    loop_sessions(const loop_sessions&) = delete;
    loop_sessions& operator=(const loop_sessions&) = delete;

    // A session that `initialize` has started; the times are set here.
    void begin(open_session started);

    // A request of the valid session `id`. If it began elsewhere, its start is read from the id.
    void use(std::string_view server_id, std::string_view id, std::string_view client,
             std::string_view revision);

    // Those of one MCP server that were used at `since` or later, the newest use first.
    std::vector<open_session> of_server(std::string_view server_id, base::timestamp since) const;

private:
    void add(open_session one);

    const base::clock& clock_;
    const std::size_t most_;
    std::list<open_session> newest_first_;
    // The keys are views of the list's members.
    std::unordered_map<std::string_view, std::list<open_session>::iterator> by_id_;
};

}  // namespace tollgate::mcp
