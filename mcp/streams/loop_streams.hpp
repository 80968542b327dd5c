// The open streams of one loop: notifies them of changes, and ends them when their server or token
// ends.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "mcp/streams/listener.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// Why a stream is not opened.
enum class stream_refusal : std::uint8_t {
    none,
    too_many,            // in this process
    too_many_of_server,  // of this MCP server
    stopping,            // the process is shutting down
    no_stream,           // the connection cannot carry one (HTTP/1.0)
};
// A sentence for people; none has an empty text.
std::string_view text_of(stream_refusal why);

// An open stream, as people are shown it.
struct open_stream {
    std::string_view kind;  // as listener::kind()
    base::timestamp opened_at;
};

// Used and destroyed on the loop's thread, or when no thread runs the loop, except put(). Outlives
// the streams; what it has posted to the loop does nothing once it is gone.
class loop_streams final : public stream_inbox {
public:
    // `hub` outlives this; the caller adds this to it.
    loop_streams(const base::executor& where, stream_hub& hub);
    loop_streams(const loop_streams&) = delete;
    loop_streams& operator=(const loop_streams&) = delete;

    stream_hub& hub() { return hub_; }
    keep_alive& beats() { return beats_; }

    // Opens `stream`, which may be null, for a client of `grant`, and keeps it open after the
    // handler returns. Afterwards, the caller checks again whether the grant is still valid, and
    // calls end() if not: changes are delivered only from now on, and one may have happened just
    // before.
    stream_refusal open(const tenancy::grant& grant, base::response_stream* stream,
                        stream_terms terms);

    // Those of one MCP server, in no order.
    std::vector<open_stream> of_server(std::string_view server_id) const;

    // Ends the streams of a token or, with an empty digest, those of a server.
    void end(std::string_view server_id, std::string_view token_digest);

    // Ends the streams of a session of that server.
    void end_session(std::string_view server_id, std::string_view session_id);

    // Ends every stream and refuses new ones, because the process is shutting down.
    void stop();

    void put(const stream_news& news) override;

private:
    using task_list = boost::intrusive::list<listener, boost::intrusive::base_hook<task_hook>,
                                             boost::intrusive::constant_time_size<false>>;

    void take();
    void take(const stream_news& news);
    void end(listener& one, std::string_view why);
    void end_if_done(listener& one);
    void gather(listener& one);
    void work_soon();
    void work();

    base::executor where_;
    stream_hub& hub_;
    keep_alive beats_;
    std::atomic<bool> used_{false};  // a stream has been opened since the start
    listener_index listeners_;
    task_list gathered_;  // to be notified when gathering ends
    task_list due_;       // to be notified or ended now
    boost::asio::steady_timer gather_end_;
    boost::asio::steady_timer next_work_;
    bool gathering_ = false;
    bool working_ = false;
    bool stopping_ = false;
    std::mutex inbox_mutex_;
    std::vector<stream_news> inbox_;
    // A handler may run after this object is gone, and then finds this expired.
    std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace tollgate::mcp
