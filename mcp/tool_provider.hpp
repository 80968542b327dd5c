// Port: executes tools. The MCP room knows nothing of Stripe, only this port.
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
#include "base/clock.hpp"
#include "base/result.hpp"
#include "mcp/exchange.hpp"
#include "mcp/method_table.hpp"
#include "mcp/session/log_level.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// A set of lists that clients cache; clients are notified when one changes.
using list_set = std::uint8_t;
constexpr list_set tools_list = 1;
constexpr list_set prompts_list = 2;
constexpr list_set resources_list = 4;
constexpr list_set all_lists = tools_list | prompts_list | resources_list;

// Why a call must end early.
enum class call_end : std::uint8_t {
    none,
    cancelled,  // its client does not want the result any more (MCP basic/utilities/cancellation)
    severed,    // its MCP server or token has expired or was revoked
};

// Lets a long call communicate with its client. No function here blocks.
class call_monitor {
public:
    virtual ~call_monitor() = default;

    // Reports progress (MCP basic/utilities/progress), if the client asked for it. `progress` grows
    // from report to report, in the unit of `total`; nullopt if the total is unknown. A slow client
    // loses reports, never the result.
    virtual void report(std::int64_t progress, std::optional<std::int64_t> total,
                        std::string_view message) = 0;

    // True if the client wants log messages of that level: check before creating the text.
    virtual bool logs(log_level) const { return false; }

    // Sends a log message to the client (MCP server/utilities/logging). `data_json`: any JSON
    // value. May be lost, like a report.
    virtual void log(log_level, std::string_view /*data_json*/) {}

    // Whether the call must end as soon as possible, with any result.
    virtual call_end end() = 0;

    // Resumes soon after end() returns a reason, or when it is cancelled: await it in parallel with
    // anything that may take long.
    virtual base::awaitable<> ended() = 0;

    // The same without a coroutine: calls `act` once, on `where`, which is the call's loop, soon
    // after end() returns a reason. It does not call `act` if the call ends first or if on_end() is
    // called again with an empty function.
    virtual void on_end(const base::executor& /*where*/, std::function<void()> /*act*/) {}
};

// In a call's params._meta, the key under which a client gives the call's operation key; in a
// result's _meta, the key under which it receives the operation key that was used. Clients may also
// send the second key below, the name used by earlier versions.
constexpr std::string_view operation_meta_key = "tollgate/operationKey";
constexpr std::string_view operation_meta_alias = "tollgate/idempotencyKey";

// The client's answers to a call's earlier questions, and what the client can be asked (MCP
// 2026-07-28 basic/patterns/mrtr). Empty in earlier revisions.
struct input_given {
    std::optional<simdjson::dom::object> answers;       // params.inputResponses
    std::string state;                                  // as set in input_need, or empty
    std::optional<simdjson::dom::object> capabilities;  // the client's declared capabilities
};

// What a call needs from the client before it can be answered.
struct input_need {
    // Members of inputRequests: `"key":{"method":…,"params":…}`. Only for declared capabilities.
    std::string requests;
    // Returned in input_given for the same server, method, name and arguments. Sealed in transit;
    // empty if there is no state to keep.
    std::string state;
    // One ClientCapabilities object that the client did not declare but the call requires; the call
    // is refused.
    std::string capabilities;

    bool any() const { return !requests.empty() || !state.empty() || !capabilities.empty(); }
};

// One tools/call, parsed and checked: `arguments` is an object without duplicate or case-variant
// keys, of bounded depth. All views and references live until the awaitable of call() completes.
struct tool_call {
    std::string_view name;
    simdjson::dom::object arguments;
    std::string_view operation_key;  // from params._meta, or empty
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id;  // of the HTTP request, for logs
    std::string_view client{};    // what the client says of itself, for the audit log; or empty
    std::string_view mcp_method =
        name_of(method_kind::call_tool);  // the method that led to this call
    call_monitor* monitor = nullptr;  // for calls with more than one upstream request; may be null
    input_given input;
};

// A call that is answered later, for clients of the extension io.modelcontextprotocol/tasks
// (modelcontextprotocol/ext-tasks specification/2026-07-28).
struct tool_task {
    enum class status : std::uint8_t { working, completed, cancelled };
    std::string id;  // unguessable
    status state = status::working;
    std::string message;  // a sentence for people and models
    base::timestamp created_at;
    base::timestamp updated_at;
    std::chrono::milliseconds lifetime{};  // from its creation; afterwards the task may be unknown
    std::chrono::milliseconds poll_interval{};
};

// The outcome for the client of a tool that ran, or was refused before it ran.
struct tool_result {
    std::string text;      // the only text content block, not yet escaped
    bool has_text = true;  // false: there is only `attachment`
    bool is_error = false;
    bool text_is_json_object = false;  // may also be sent as structuredContent
    std::string attachment;            // further content blocks as comma-separated JSON objects, or
                                       // empty
    std::string meta;                  // members for _meta: `"k":"v","k2":1`, or empty
    std::vector<std::pair<std::string, std::string>> http_headers;  // e.g. RateLimit-*
    std::string_view ran;  // catalogue name of what ran if it differs from the tool's, for logs
    list_set changed = 0;  // lists of the server that the call changed
    call_trace trace{};    // for logs
    std::string updated;   // URI of a resource that the call changed, or empty
    // Set if the call is answered later: clients of the extension receive this task instead of the
    // text.
    std::optional<tool_task> later{};
};

// The result of a call that failed, or was refused, with this text.
inline tool_result failed_result(std::string text) {
    tool_result out;
    out.is_error = true;
    out.text = std::move(text);
    return out;
}

// There is no result yet: the tool needs input from its client, and is called again with the
// answers.
struct tool_question {
    input_need needs;
    std::string_view ran{};  // as in tool_result
    // The result if the client cannot be asked or does not answer; if absent, the call ends with an
    // error.
    std::optional<tool_result> otherwise{};
};

// A task, and the result of its call once it is completed.
struct found_task {
    tool_task task;
    tool_result result;
};

// This grant has no such tool (JSON-RPC -32602, not a result).
struct unknown_tool {
    std::string why;  // a sentence for people
};

using tool_answer = std::variant<tool_result, tool_question, unknown_tool>;

// An argument that clients of 2026-07-28 also send in the header `Mcp-Param-<header>`.
struct mirrored_argument {
    std::string_view argument;  // a key of the call's arguments
    std::string_view header;    // value of `x-mcp-header` in the tool's schema
};

class tool_provider {
public:
    virtual ~tool_provider() = default;

    // The arguments of that tool that have `x-mcp-header` in its schema. Views live as long as the
    // provider. Does not block.
    virtual std::span<const mirrored_argument> mirrored(std::string_view /*tool*/) const {
        return {};
    }

    // Appends the tools visible to `grant` as comma-separated JSON objects (no brackets),
    // byte-stable and in a stable order. Does not block.
    virtual void append_tools(const tenancy::grant& grant, std::string& out) const = 0;

    // Runs one tool. If the grant's filter hides the tool, returns an unknown_tool whose sentence
    // says that this server does not expose it. Never throws because of input; `grant` lives until
    // completion.
    virtual base::awaitable<tool_answer> call(const tenancy::grant& grant, tool_call call) = 0;

    // True if results can have `later`, so that clients can be offered tasks.
    virtual bool has_tasks() const { return false; }
    // The task with that id, if a call of this grant's MCP server made it; fails with not_found
    // otherwise, and with errc::unavailable if the store does not answer. `grant` lives until
    // completion.
    virtual base::awaitable<base::result<found_task>> find_task(const tenancy::grant& /*grant*/,
                                                                std::string /*id*/) {
        co_return base::fail(base::errc::not_found, "no_such_task", "there are no tasks");
    }
    // Ends the task with that id, unless its call is executed already. Fails as find_task() does.
    virtual base::awaitable<base::result<>> cancel_task(const tenancy::grant& /*grant*/,
                                                        std::string /*id*/) {
        co_return base::fail(base::errc::not_found, "no_such_task", "there are no tasks");
    }
};

}  // namespace tollgate::mcp
