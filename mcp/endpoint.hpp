// The MCP endpoint behind one URL: message in, message out. Both eras; the endpoint
// keeps no state for a session.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "base/response_stream.hpp"
#include "mcp/content/methods.hpp"
#include "mcp/exchange.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/protocol/era.hpp"
#include "mcp/protocol/server_identity.hpp"
#include "mcp/session/methods.hpp"
#include "mcp/streams/listen.hpp"
#include "mcp/tool_provider.hpp"
#include "mcp/tools/call_watch.hpp"
#include "mcp/tools/cancellations.hpp"
#include "mcp/tools/input_seal.hpp"
#include "mcp/tools/questions.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

class running_call;

// What an endpoint offers besides tools, and what it needs for it. Shared by all loops; outlives
// them.
struct endpoint_parts {
    content_provider* content = nullptr;  // resources, prompts, completions; null: none
    const input_seal* seal = nullptr;     // for calls that ask their client; null: none remembers
    const session_methods* sessions = nullptr;  // null: initialize begins none
    questions* asked = nullptr;                 // null: no client with a session is asked
    loop_streams* streams = nullptr;  // of the endpoint's own loop; null: nobody can listen
};

// One per loop: keeps parsers for reuse. Touched on that loop's thread only.
class endpoint {
public:
    // `cancelled` is shared by all loops and outlives them, like `tools`.
    endpoint(tool_provider& tools, cancellations& cancelled, server_info info,
             endpoint_parts parts = {});

    // Answers one POST, or the DELETE of a session. Always returns a complete HTTP response,
    // whatever the input. `grant`,
    // `request` and `facts` live until the awaitable completes; the body is parsed in place and its
    // views end with the awaitable.
    base::awaitable<base::http_response> handle(const tenancy::grant& grant,
                                                const base::http_request& request, exchange& facts);

    // Whether handle() would take `body` for a message: the 400 it gets when it is none. Fills in
    // its id, and whether it asks for an answer.
    std::optional<base::http_response> look(const std::string& body, std::string& id_json,
                                            bool& asks);

    // Null when nobody can listen.
    loop_streams* streams() const { return parts_.streams; }
    stream_offer offer(const tenancy::grant& grant) const;
    // For a request without a body; see session_methods::check().
    std::optional<base::http_response> refuse_session(const tenancy::grant& grant,
                                                      const base::http_request& request) const;

private:
    struct call_scope;
    std::unique_ptr<simdjson::dom::parser> take_parser();
    void give_back(std::unique_ptr<simdjson::dom::parser> parser);

    // One request and what is known of it.
    struct incoming_message;

    base::awaitable<base::http_response> dispatch(const incoming_message& incoming);
    // The methods that only the eras with sessions have, or nothing.
    std::optional<base::http_response> dispatch_legacy(const incoming_message& incoming) const;
    base::http_response initialize(const incoming_message& incoming) const;
    base::http_response discover(const incoming_message& incoming) const;
    base::http_response list_tools(const incoming_message& incoming) const;
    base::awaitable<base::http_response> call_tool(const incoming_message& incoming);
    base::awaitable<tool_answer> run_tool(const incoming_message& incoming, tool_call call,
                                          running_call& running);
    // The response to `call`, whose facts are filled in; open streams are told what it changed.
    base::http_response tool_reply(const incoming_message& incoming, const call_identity& call,
                                   tool_answer answer) const;

    base::http_response end_session(const tenancy::grant& grant,
                                    const base::http_request& request) const;
    void note_notification(const tenancy::grant& grant, const message& value) const;
    void note_response(const tenancy::grant& grant, const message& value) const;

    tool_provider& tools_;
    cancellations& cancelled_;
    call_watch watch_;
    const server_identity identity_;
    const endpoint_parts parts_;
    content_methods content_;
    std::string capabilities_json_;
    std::vector<std::unique_ptr<simdjson::dom::parser>> parsers_;
};

// Checks of the HTTP request itself that come before its body counts: method, Content-Type, Accept.
// A response when the request is refused (405, 415, 406).
std::optional<base::http_response> refuse_transport(const base::http_request& request);

// 405: this URL takes no such HTTP method in the era that the header names.
base::http_response refuse_method(const base::http_request& request);

// The client reads text/event-stream as an answer.
bool accepts_events(const base::http_request& request);

}  // namespace tollgate::mcp
