#include "mcp/tools/tasks.hpp"

#include <array>

#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/protocol/result_end.hpp"
#include "mcp/tools/result_writer.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";
constexpr std::array<std::string_view, 3> status_names{"working", "completed", "cancelled"};

// The members of a Task.
void append_task(std::string& out, const tool_task& task) {
    base::json_members members{out};
    members.text("taskId", task.id)
        .text("status", status_names[static_cast<std::size_t>(task.state)]);
    if (!task.message.empty()) members.text("statusMessage", task.message);
    members.text("createdAt", base::format_timestamp(task.created_at))
        .text("lastUpdatedAt", base::format_timestamp(task.updated_at))
        .number("ttlMs", task.lifetime.count())
        .number("pollIntervalMs", task.poll_interval.count());
}

base::http_response failed(const message& value, const base::failure& why) {
    const bool unknown = why.kind == base::errc::not_found;
    return error_reply(200, value.id_json,
                       {unknown ? invalid_params : internal_error,
                        unknown ? "There is no such task of this MCP server." : why.message,
                        {}});
}

base::http_response acknowledged(const message& value, std::string_view server_info_json) {
    std::string result = "{";
    append_result_end(result, result_kind::plain, server_info_json);
    return result_reply(value.id_json, result + '}');
}

base::http_response shown(const message& value, const found_task& found, bool structured,
                          std::string_view server_info_json) {
    base::http_response reply;
    open_result(reply.body, value.id_json);
    reply.body += '{';
    append_task(reply.body, found.task);
    if (found.task.state == tool_task::status::completed) {
        reply.body += R"(,"result":)";
        append_call_result(reply.body, found.result, structured, server_info_json);
    }
    reply.body += ',';
    append_result_end(reply.body, result_kind::plain, server_info_json);
    reply.body += "}}";
    return reply;
}

}  // namespace

bool declares_tasks(const message& value) {
    simdjson::dom::object capabilities;
    simdjson::dom::object extensions;
    simdjson::dom::object settings;
    return value.meta &&
           value.meta->at_key(capabilities_key).get(capabilities) == simdjson::SUCCESS &&
           capabilities.at_key("extensions").get(extensions) == simdjson::SUCCESS &&
           extensions.at_key(tasks_extension).get(settings) == simdjson::SUCCESS;
}

base::http_response tasks_undeclared(const message& value) {
    return error_reply(
        400, value.id_json,
        {missing_capability,
         "This request needs the extension for tasks, which it did not declare.",
         R"({"requiredCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}})"});
}

base::http_response created_task(const message& value, const tool_task& task,
                                 std::string_view server_info_json) {
    base::http_response reply;
    open_result(reply.body, value.id_json);
    reply.body += '{';
    append_task(reply.body, task);
    reply.body += ',';
    append_result_end(reply.body, result_kind::task, server_info_json);
    reply.body += "}}";
    return reply;
}

base::awaitable<base::http_response> answer_task_method(tool_provider& tools, method_kind kind,
                                                        const tenancy::grant& grant,
                                                        const message& value,
                                                        std::string server_info_json) {
    if (!declares_tasks(value)) co_return tasks_undeclared(value);
    std::string_view id;
    if (!value.params || value.params->at_key("taskId").get(id) != simdjson::SUCCESS)
        co_return error_reply(
            200, value.id_json,
            {invalid_params, std::string(value.method) + " needs params.taskId, a string.", {}});
    if (kind == method_kind::cancel_task) {
        const auto cancelled = co_await tools.cancel_task(grant, std::string(id));
        if (!cancelled) co_return failed(value, cancelled.error());
        co_return acknowledged(value, server_info_json);
    }
    const auto found = co_await tools.find_task(grant, std::string(id));
    if (!found) co_return failed(value, found.error());
    if (kind == method_kind::update_task) co_return acknowledged(value, server_info_json);
    co_return shown(value, *found, grant.structured_content, server_info_json);
}

}  // namespace tollgate::mcp
