// What is open at an MCP server, asked of every loop.
#pragma once
#include <list>
#include <string>

#include "server/admin/open_now.hpp"

namespace tollgate::mcp {
class session_registry;
struct open_session;
}  // namespace tollgate::mcp

namespace tollgate::server {

class worker_loop;

// Asks one loop after the other, each on its own thread, so that no request takes a lock for it.
class open_at_loops final : public admin::open_now {
public:
    // All of them outlive this.
    open_at_loops(std::list<worker_loop>& loops, mcp::session_registry& ended,
                  const base::clock& clock)
        : loops_(loops), ended_(ended), clock_(clock) {}

    base::awaitable<admin::open_at_server> of_server(std::string server_id) override;
    base::awaitable<bool> end_session(std::string server_id, std::string name) override;

private:
    struct at_loops;
    base::awaitable<at_loops> ask(std::string server_id);

    std::list<worker_loop>& loops_;
    mcp::session_registry& ended_;
    const base::clock& clock_;
};

}  // namespace tollgate::server
