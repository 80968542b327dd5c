// The port between MCP and whatever executes tools. The MCP room knows nothing of Stripe; it knows
// this.
#pragma once
#include <simdjson.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "mcp/exchange.hpp"
#include "mcp/session/log_level.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// Lists that clients keep, and are told of when they change.
using list_set = std::uint8_t;
constexpr list_set tools_list = 1;
constexpr list_set prompts_list = 2;
constexpr list_set resources_list = 4;
constexpr list_set all_lists = tools_list | prompts_list | resources_list;

// Why a call is to end before its time.
enum class call_end : std::uint8_t {
    none,
    cancelled,  // its client no longer wants the result (MCP basic/utilities/cancellation)
    severed,    // its MCP server or token expired, or was revoked
};

// A long call's line to its client. Neither function blocks.
class call_monitor {
public:
    virtual ~call_monitor() = default;

    // Tells how far the call is (MCP basic/utilities/progress), if the client asked for that.
    // `progress` grows from report to report, in the unit of `total`; no total when it is unknown.
    // A slow client loses reports, never the result.
    virtual void report(std::int64_t progress, std::optional<std::int64_t> total,
                        std::string_view message) = 0;

    // Whether the client wants to be told what log() would tell at that level: ask before making
    // the text.
    virtual bool logs(log_level) const { return false; }

    // A log message for the client (MCP server/utilities/logging). `data_json`: any JSON value.
    // Lost like a report.
    virtual void log(log_level, std::string_view /*data_json*/) {}

    // Whether the call is to end as soon as it can, with any result.
    virtual call_end end() = 0;

    // Resumes soon after end() says so, or when it is cancelled: to be waited for beside whatever
    // may take long.
    virtual base::awaitable<> ended() = 0;

    // The same without a coroutine: calls `act` once, on `where`, which is the call's loop, soon
    // after end() says so, unless the call ends before or on_end() is called with nothing.
    virtual void on_end(const base::executor& /*where*/, std::function<void()> /*act*/) {}
};

// The key in a call's params._meta by which a client names the call's idempotency key, and in a
// result's _meta by which it learns the one that was used.
constexpr std::string_view idempotency_meta_key = "tollgate/idempotencyKey";

// What the client gave with a call for which it was asked before, and what it can be asked for
// (MCP 2026-07-28 basic/patterns/mrtr). In earlier revisions there is nothing of it.
struct input_given {
    std::optional<simdjson::dom::object> answers;       // params.inputResponses
    std::string state;                                  // as it was in input_need, or empty
    std::optional<simdjson::dom::object> capabilities;  // what the client declared it can do
};

// What a call needs of the client before it can be answered.
struct input_need {
    // Members of inputRequests: `"key":{"method":…,"params":…}`. Only for declared capabilities.
    std::string requests;
    // Comes back in input_given for the same server, method, name and arguments. Sealed on its way;
    // empty when nothing is to be remembered.
    std::string state;
    // One ClientCapabilities object, which the client did not declare and the call cannot do
    // without; the call is refused.
    std::string capabilities;

    bool any() const { return !requests.empty() || !state.empty() || !capabilities.empty(); }
};

// One tools/call, parsed and checked: `arguments` is an object without duplicate or case-variant
// keys, of bounded depth. All views and references live until the awaitable of call() completes.
struct tool_call {
    std::string_view name;
    simdjson::dom::object arguments;
    std::string_view idempotency_key;  // from params._meta, or empty: the provider makes one
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id;      // of the HTTP request, for logs
    call_monitor* monitor = nullptr;  // for calls of more than one request; may be null
    input_given input;
};

// A tool ran, or was refused before it did: what the client is shown.
struct tool_result {
    std::string text;      // the one text content block, not yet escaped
    bool has_text = true;  // false: `attachment` is all there is
    bool is_error = false;
    bool text_is_json_object = false;  // may also be given as structuredContent
    std::string attachment;            // further content blocks, JSON objects and commas, or empty
    std::string meta;                  // members for _meta: `"k":"v","k2":1`, or empty
    std::vector<std::pair<std::string, std::string>> http_headers;  // e.g. RateLimit-*
    std::string_view ran;  // catalogue name of what ran when it is not the tool's, for logs
    list_set changed = 0;  // lists of the server that the call has changed
    call_trace trace{};    // for logs
    std::string updated;   // URI of a resource that it has changed, or empty
};

// There is no result yet: the tool needs something of its client, and is called again with it.
struct tool_question {
    input_need needs;
    std::string_view ran{};  // as in tool_result
};

// This grant has no such tool (JSON-RPC -32602, not a result).
struct unknown_tool {
    std::string why;  // a sentence for people
};

using tool_answer = std::variant<tool_result, tool_question, unknown_tool>;

// An argument that clients of 2026-07-28 repeat in the header `Mcp-Param-<header>`.
struct mirrored_argument {
    std::string_view argument;  // a key of the call's arguments
    std::string_view header;    // what `x-mcp-header` says in the tool's schema
};

class tool_provider {
public:
    virtual ~tool_provider() = default;

    // The arguments of that tool whose schema says `x-mcp-header`. Views live as long as the
    // provider. Does not block.
    virtual std::span<const mirrored_argument> mirrored(std::string_view /*tool*/) const {
        return {};
    }

    // Appends the tools that `grant` shows as comma-separated JSON objects (no brackets), in a
    // stable order and byte-stable. Does not block.
    virtual void append_tools(const tenancy::grant& grant, std::string& out) const = 0;

    // Runs one tool. A tool hidden by the grant's filter is an unknown_tool, whose sentence says
    // that it is not exposed by this server. Never throws for input; `grant` lives until
    // completion.
    virtual base::awaitable<tool_answer> call(const tenancy::grant& grant, tool_call call) = 0;
};

}  // namespace tollgate::mcp
