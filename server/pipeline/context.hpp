// The state of one request in the pipeline.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "mcp/exchange.hpp"
#include "server/http/handler.hpp"
#include "server/pipeline/route.hpp"

namespace tollgate::tenancy {
struct grant;
}  // namespace tollgate::tenancy

namespace tollgate::server {

// The MCP transport of a path: Streamable HTTP, or one of the two endpoints of HTTP+SSE.
enum class mcp_transport : std::uint8_t { streamable, sse, messages };

constexpr std::string_view request_id_header = "X-Request-Id";

// An MCP server that a request named without a credential for it.
struct named_server {
    std::string team_id;
    std::string server_id;
};

// References live as long as the request.
struct request_context {
    const connection_facts& connection;
    base::http_request& request;
    std::string request_id{};
    std::string client_address{};  // the client's address behind trusted proxies, otherwise the
                                   // peer's
    bool secure = false;           // the client uses TLS
    bool origin_accepted = false;  // a browser page may read the answer
    route to = route::none;
    mcp_transport door = mcp_transport::streamable;
    std::string_view path_token{};  // of /mcp/<token>
    std::chrono::steady_clock::time_point started{};
    std::chrono::steady_clock::time_point deadline{};
    std::shared_ptr<const tenancy::grant> grant{};
    named_server challenged{};  // set where OAuth asks for a token
    mcp::exchange exchange{};
};

}  // namespace tollgate::server
