// Opening streams on which a client listens: subscriptions/listen of MCP 2026-07-28, and GET of the
// revisions before it.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/response_stream.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/streams/loop_streams.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// What can be listened to at this server.
struct stream_offer {
    list_set lists = tools_list;
    bool updates = false;          // of resources
    std::string server_info_json;  // the Implementation object
};

// Answers subscriptions/listen: opens `stream` and leaves it open, or refuses. `stream` may be null
// where the client accepts no events.
base::http_response listen(loop_streams& streams, const stream_offer& offer,
                           const tenancy::grant& grant, const message& value,
                           base::response_stream* stream);

// Answers resources/subscribe and resources/unsubscribe of the revisions before 2026-07-28; nothing
// for any other method.
std::optional<base::http_response> follow(stream_hub& hub, const tenancy::grant& grant,
                                          const message& value);

// What a client gets that sent GET: a first event with an id, whose reconnection then tells what it
// may have missed, and every change of a list.
stream_terms get_terms(const stream_offer& offer, const tenancy::grant& grant,
                       const base::http_request& request);

}  // namespace tollgate::mcp
