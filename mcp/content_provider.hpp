// Port: the provider of resources, prompts and completions.
#pragma once
#include <simdjson.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "mcp/tool_provider.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// The outcome of reading a resource or getting a prompt.
struct content_answer {
    std::string members;  // members of the result: `"contents":[…]`, or `"messages":[…]` and others
    input_need needs;     // if set, the answer is a question; for prompts only
    // A sentence for people. If it is not empty, there is no answer; with exists = false it says
    // why.
    std::string refusal;
    std::string refusal_data;  // a JSON value for the error's data, or empty
    bool exists = true;        // false: this grant has no such resource or prompt
    std::vector<std::pair<std::string, std::string>> http_headers{};  // e.g. RateLimit-*
    std::string_view ran{};  // catalogue name of the tool that ran for it, for logs; or empty
};

// One resources/read. Views live until the awaitable of read_resource() completes.
struct resource_request {
    std::string_view uri;
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id{};  // of the HTTP request, for logs
    std::string_view client{};      // as in tool_call
    std::string_view mcp_method = name_of(method_kind::read_resource);
};

// One prompts/get. Views live until the awaitable of get_prompt() completes.
struct prompt_request {
    std::string_view name;
    std::optional<simdjson::dom::object> arguments;
    input_given input;
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id{};  // of the HTTP request, for logs
    std::string_view client{};      // as in tool_call
};

// One completion/complete: values for `argument` that begin with `value`.
struct completion_request {
    bool of_prompt = true;       // otherwise of a resource template
    std::string_view reference;  // a prompt's name or a template's URI
    std::string_view argument;
    std::string_view value;
};

// Lists do not block, are byte-stable, in a stable order and on one page: comma-separated JSON
// objects without brackets. `grant` lives until an awaitable completes. Never throws because of
// input.
class content_provider {
public:
    virtual ~content_provider() = default;

    virtual void append_resources(const tenancy::grant& grant, std::string& out) const = 0;
    virtual void append_templates(const tenancy::grant& grant, std::string& out) const = 0;
    virtual base::awaitable<content_answer> read_resource(const tenancy::grant& grant,
                                                          resource_request request) = 0;

    // True if clients can be notified of an updated resource (tool_result::updated).
    virtual bool tells_updates() const { return false; }

    virtual void append_prompts(const tenancy::grant& grant, std::string& out) const = 0;
    virtual base::awaitable<content_answer> get_prompt(const tenancy::grant& grant,
                                                       prompt_request request) = 0;

    // Appends up to 100 values as JSON strings, comma-separated. Appends nothing for an unknown
    // reference or argument.
    virtual void append_completions(const tenancy::grant& grant, const completion_request& request,
                                    std::string& out) const = 0;
};

}  // namespace tollgate::mcp
