// The MCP endpoint behind one URL: takes a message, returns an answer. Supports both eras; the
// endpoint keeps no state of a session.
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
#include "mcp/session/loop_sessions.hpp"
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

// Optional parts of an endpoint, besides tools. They outlive it; all but the last two are shared by
// all loops.
struct endpoint_parts {
    content_provider* content = nullptr;  // resources, prompts, completions; null: none
    const input_seal* seal = nullptr;     // for calls that ask their client; null: no call can keep
                                          // a state
    const session_methods* sessions = nullptr;  // null: initialize starts no session
    questions* asked = nullptr;                 // null: clients with a session are not asked
    loop_streams* streams = nullptr;            // of the endpoint's own loop; null: no streams
    loop_sessions* seen = nullptr;              // of its own loop; null: sessions are not noted
};

// One per loop: reuses its parsers. Used on that loop's thread only.
class endpoint {
public:
    // `cancelled` and `tools` are shared by all loops and outlive them.
    endpoint(tool_provider& tools, cancellations& cancelled, server_info info,
             endpoint_parts parts = {});

    // Answers one POST, or the DELETE of a session. Returns a complete HTTP response for any input.
    // `grant`, `request` and `facts` live until the awaitable completes; the body is parsed in
    // place and its views end with the awaitable.
    base::awaitable<base::http_response> handle(const tenancy::grant& grant,
                                                const base::http_request& request, exchange& facts);

    // Checks whether handle() would accept `body` as a message, and returns the 400 if not. Fills
    // in the message's id and whether it expects an answer.
    std::optional<base::http_response> look(const std::string& body, std::string& id_json,
                                            bool& asks);

    // Null if there are no streams.
    loop_streams* streams() const { return parts_.streams; }
    stream_offer offer(const tenancy::grant& grant) const;
    // For a request without a body; see session_methods::check().
    std::optional<base::http_response> refuse_session(const tenancy::grant& grant,
                                                      const base::http_request& request) const;

private:
    struct call_scope;
    std::unique_ptr<simdjson::dom::parser> take_parser();
    void give_back(std::unique_ptr<simdjson::dom::parser> parser);

    // One request and the facts about it.
    struct incoming_message;

    base::awaitable<base::http_response> dispatch(const incoming_message& incoming);
    // True if the method exists in this era, and this endpoint has what it needs.
    bool serves(const method_row& method, era spoken) const;
    // Answers a method that waits for nothing; serves() is true for it.
    base::http_response answer_at_once(method_kind kind, const incoming_message& incoming) const;
    base::http_response initialize(const incoming_message& incoming) const;
    base::http_response discover(const incoming_message& incoming) const;
    base::http_response list_tools(const incoming_message& incoming) const;
    base::awaitable<base::http_response> call_tool(const incoming_message& incoming);
    base::awaitable<tool_answer> run_tool(const incoming_message& incoming, tool_call call,
                                          running_call& running);
    // The response to `call`, whose facts are filled in; notifies open streams of what it changed.
    base::http_response tool_reply(const incoming_message& incoming, const call_identity& call,
                                   tool_answer answer) const;

    void note_session(const tenancy::grant& grant, const base::http_request& request,
                      const session& client_session) const;
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
    std::string modern_capabilities_json_;
    std::vector<std::unique_ptr<simdjson::dom::parser>> parsers_;
};

// Checks the HTTP request before its body: method, Content-Type, Accept. Returns a response if the
// request is refused (405, 415, 406).
std::optional<base::http_response> refuse_transport(const base::http_request& request);

// 405: this URL does not support the HTTP method in the era that the header names.
base::http_response refuse_method(const base::http_request& request);

// True if the client accepts text/event-stream.
bool accepts_events(const base::http_request& request);

}  // namespace tollgate::mcp
