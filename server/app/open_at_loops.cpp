#include "server/app/open_at_loops.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "mcp/session/loop_sessions.hpp"
#include "mcp/session/session_registry.hpp"
#include "mcp/streams/loop_streams.hpp"
#include "server/app/worker_loop.hpp"

namespace tollgate::server {

namespace {

// A client that has gone says nothing, so that a session is not called open for ever.
constexpr std::chrono::hours session_idle_max{24};

using base::awaitable;

struct open_at_loop {
    std::vector<mcp::open_session> sessions;
    std::vector<mcp::open_stream> streams;
};

awaitable<open_at_loop> ask_loop(const worker_loop& at, std::string server_id,
                                 base::timestamp since) {
    co_return open_at_loop{at.sessions().of_server(server_id, since),
                           at.streams().of_server(server_id)};
}

awaitable<> end_streams(worker_loop& at, std::string server_id, std::string session_id) {
    at.streams().end_session(server_id, session_id);
    co_return;
}

// The newest `open_shown_max` by `when`, sorted.
template <typename One, typename When>
void keep_newest_open(std::vector<One>& of, When when) {
    const auto shown = std::min(of.size(), admin::open_shown_max);
    std::ranges::partial_sort(of, of.begin() + static_cast<std::ptrdiff_t>(shown),
                              std::ranges::greater{}, when);
    of.resize(shown);
}

using sessions_by_id = std::map<std::string, mcp::open_session>;

// One session may be used through the connections of several loops.
void add_session(sessions_by_id& to, mcp::open_session one) {
    const auto [at, is_new] = to.try_emplace(one.id, one);
    if (is_new) return;
    mcp::open_session& known = at->second;
    known.last_used_at = std::max(known.last_used_at, one.last_used_at);
    if (known.title.empty()) known.title = std::move(one.title);
    if (known.client.empty()) known.client = std::move(one.client);
    if (known.revision.empty()) known.revision = std::move(one.revision);
}

}  // namespace

struct open_at_loops::at_loops {
    sessions_by_id sessions;
    std::vector<mcp::open_stream> streams;
};

awaitable<open_at_loops::at_loops> open_at_loops::ask(std::string server_id) {
    at_loops out;
    const base::timestamp since = clock_.now() - session_idle_max;
    for (worker_loop& one : loops_) {
        // While the process stops, a loop that has stopped would never answer.
        if (one.own().io.stopped()) continue;
        auto asked = ask_loop(one, server_id, since);
        open_at_loop found = co_await boost::asio::co_spawn(
            one.own().io.get_executor(), std::move(asked), boost::asio::use_awaitable);
        for (mcp::open_session& session : found.sessions)
            if (!ended_.find(session.id).ended) add_session(out.sessions, std::move(session));
        out.streams.insert(out.streams.end(), found.streams.begin(), found.streams.end());
    }
    co_return out;
}

awaitable<admin::open_at_server> open_at_loops::of_server(std::string server_id) {
    at_loops found = co_await ask(std::move(server_id));
    std::vector<mcp::open_session> sessions;
    for (auto& entry : found.sessions) sessions.push_back(std::move(entry.second));
    admin::open_at_server out;
    out.session_count = sessions.size();
    out.stream_count = found.streams.size();
    keep_newest_open(sessions, &mcp::open_session::last_used_at);
    keep_newest_open(found.streams, &mcp::open_stream::opened_at);
    // Only what is shown is hashed: there may be thousands.
    for (mcp::open_session& one : sessions)
        out.sessions.push_back({.name = mcp::name_of_session(one.id),
                                .revision = std::move(one.revision),
                                .client = std::move(one.client),
                                .title = std::move(one.title),
                                .began_at = one.began_at,
                                .last_used_at = one.last_used_at});
    for (const mcp::open_stream& one : found.streams)
        out.streams.push_back({one.kind, one.opened_at});
    co_return out;
}

awaitable<bool> open_at_loops::end_session(std::string server_id, std::string name) {
    const at_loops found = co_await ask(server_id);
    const auto named = std::ranges::find_if(found.sessions, [&name](const auto& entry) {
        return mcp::name_of_session(entry.first) == name;
    });
    if (named == found.sessions.end() || !ended_.end(named->first)) co_return false;
    for (worker_loop& one : loops_) {
        if (one.own().io.stopped()) continue;
        auto ending = end_streams(one, server_id, named->first);
        co_await boost::asio::co_spawn(one.own().io.get_executor(), std::move(ending),
                                       boost::asio::use_awaitable);
    }
    co_return true;
}

}  // namespace tollgate::server
