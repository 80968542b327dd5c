// Opens streams on which a client listens: subscriptions/listen of MCP 2026-07-28, and GET of
// earlier revisions.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/response_stream.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/streams/loop_streams.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// What a client can listen to at this server.
struct stream_offer {
    list_set lists = tools_list;
    bool updates = false;          // of resources
    std::string server_info_json;  // the Implementation object
};

// Answers subscriptions/listen: opens `stream` and leaves it open, or refuses. `stream` may be null
// if the client does not accept events.
base::http_response listen(loop_streams& streams, const stream_offer& offer,
                           const tenancy::grant& grant, const message& value,
                           base::response_stream* stream);

// Answers resources/subscribe (`begins`) or resources/unsubscribe of revisions before 2026-07-28.
base::http_response follow(stream_hub& hub, const tenancy::grant& grant, const message& value,
                           bool begins);

// The terms of the stream of a client that sent GET. It carries all list changes, and its first
// event has an id; by that id, a client that reconnects learns what it may have missed.
stream_terms get_terms(const stream_offer& offer, const tenancy::grant& grant,
                       const base::http_request& request);

}  // namespace tollgate::mcp
