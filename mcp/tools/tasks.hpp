// Calls that are answered later: the extension io.modelcontextprotocol/tasks of MCP 2026-07-28
// (modelcontextprotocol/ext-tasks specification/2026-07-28). The tool provider stores the tasks;
// nothing is stored here.
#pragma once
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/method_table.hpp"
#include "mcp/tool_provider.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

constexpr std::string_view tasks_extension = "io.modelcontextprotocol/tasks";

// True if this request declares the extension; declarations in earlier requests do not count.
bool declares_tasks(const message& value);

// The refusal (-32021) of a request whose client did not declare the extension.
base::http_response tasks_undeclared(const message& value);

// The answer of a call that is answered later: CreateTaskResult.
base::http_response created_task(const message& value, const tool_task& task,
                                 std::string_view server_info_json);

// Answers the request `value`, whose method is one of the three of tasks. The error is -32602 for
// an unknown task and -32603 if the store does not answer. No task asks its client for input, so
// tasks/update changes nothing. All references and views live until completion.
base::awaitable<base::http_response> answer_task_method(tool_provider& tools, method_kind kind,
                                                        const tenancy::grant& grant,
                                                        const message& value,
                                                        std::string server_info_json);

}  // namespace tollgate::mcp
