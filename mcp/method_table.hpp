// The methods of MCP that the gateway answers. Each stands here once, and every fact about a method
// that other files need is a column. A new method is a row here and a case in endpoint::dispatch().
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace tollgate::mcp {

// In the order of the rows.
enum class method_kind {
    call_tool,
    list_tools,
    discover,
    initialize,
    ping,
    set_log_level,
    list_resources,
    list_templates,
    read_resource,
    list_prompts,
    get_prompt,
    complete,
    subscribe,
    unsubscribe,
    listen,
    get_task,
    update_task,
    cancel_task
};

// In which eras of the protocol a method exists.
enum class method_era { both, legacy, modern };

// What the endpoint must have; without it the method does not exist.
enum class method_needs { nothing, content, updates, streams, sessions, tasks };

struct method_row {
    method_kind kind;
    std::string_view name;
    method_era spoken = method_era::both;
    method_needs needs = method_needs::nothing;
    std::string_view mirrored{};  // the member of params that a modern request repeats in Mcp-Name
};

constexpr std::array<method_row, 18> method_table{{
    {method_kind::call_tool, "tools/call", method_era::both, method_needs::nothing, "name"},
    {method_kind::list_tools, "tools/list"},
    {method_kind::discover, "server/discover", method_era::modern},
    {method_kind::initialize, "initialize", method_era::legacy},
    {method_kind::ping, "ping", method_era::legacy},
    {method_kind::set_log_level, "logging/setLevel", method_era::legacy, method_needs::sessions},
    {method_kind::list_resources, "resources/list", method_era::both, method_needs::content},
    {method_kind::list_templates, "resources/templates/list", method_era::both,
     method_needs::content},
    {method_kind::read_resource, "resources/read", method_era::both, method_needs::content, "uri"},
    {method_kind::list_prompts, "prompts/list", method_era::both, method_needs::content},
    {method_kind::get_prompt, "prompts/get", method_era::both, method_needs::content, "name"},
    {method_kind::complete, "completion/complete", method_era::both, method_needs::content},
    {method_kind::subscribe, "resources/subscribe", method_era::legacy, method_needs::updates},
    {method_kind::unsubscribe, "resources/unsubscribe", method_era::legacy, method_needs::updates},
    {method_kind::listen, "subscriptions/listen", method_era::modern, method_needs::streams},
    {method_kind::get_task, "tasks/get", method_era::modern, method_needs::tasks, "taskId"},
    {method_kind::update_task, "tasks/update", method_era::modern, method_needs::tasks, "taskId"},
    {method_kind::cancel_task, "tasks/cancel", method_era::modern, method_needs::tasks, "taskId"},
}};

// The row of a method by its name; null if the gateway has no such method.
constexpr const method_row* find_method(std::string_view name) {
    for (const auto& row : method_table)
        if (row.name == name) return &row;
    return nullptr;
}

constexpr std::string_view name_of(method_kind kind) {
    return method_table[static_cast<std::size_t>(kind)].name;
}

static_assert(std::ranges::all_of(method_table, [](const method_row& row) {
    return &row == &method_table[static_cast<std::size_t>(row.kind)];
}));

}  // namespace tollgate::mcp
