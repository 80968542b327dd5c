// The HTTP+SSE transport of MCP 2024-11-05: GET …/sse opens a stream, and messages POSTed to
// …/messages are answered on it.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "server/pipeline/context.hpp"

namespace tollgate::base {
class task_group;
}  // namespace tollgate::base

namespace tollgate::mcp {
class endpoint;
}  // namespace tollgate::mcp

namespace tollgate::server {

struct pipeline_services;

// Belongs to one loop and listener; used on that loop only. Every request arrives with its grant.
// The references outlive this, and what it spawns in `tasks`, which belong to the loop.
class sse_transport {
public:
    sse_transport(pipeline_services& services, mcp::endpoint& mcp, base::task_group& tasks)
        : services_(services), mcp_(mcp), tasks_(tasks) {}

    // Checks the request itself, before its token is looked up: 405, 406, 415.
    static std::optional<base::http_response> refuse(const base::http_request& request,
                                                     mcp_transport door);

    // GET …/sse: opens the stream, whose first event names the address for messages.
    base::awaitable<base::http_response> open(request_context& context);

    // POST …/messages: 202 at once; 404 if there is no such session, 400 for an invalid message,
    // 503 if the limit of messages being answered is reached.
    base::awaitable<base::http_response> take(request_context& context);

private:
    struct work;
    class answer_stream;
    base::awaitable<std::optional<base::http_response>> find(const request_context& context,
                                                             work& out);
    base::awaitable<> answer(std::unique_ptr<work> job);
    base::awaitable<std::string> run(work& job);

    pipeline_services& services_;
    mcp::endpoint& mcp_;
    base::task_group& tasks_;
};

}  // namespace tollgate::server
