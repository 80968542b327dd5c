// The extension for tasks, as the endpoint speaks it.
#include "mcp/tools/tasks.hpp"

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"
#include "tests/unit/mcp/support.hpp"

namespace tasks_test {

using namespace tollgate;
using namespace tollgate::mcp::test;
using tollgate::base::http_header;
using status = mcp::tool_task::status;

namespace {

// Its only tool is answered later, by one task.
class later_provider final : public mcp::tool_provider {
public:
    void append_tools(const tenancy::grant&, std::string&) const override {}
    base::awaitable<mcp::tool_answer> call(const tenancy::grant&, mcp::tool_call) override {
        mcp::tool_result out;
        out.text = R"({"waits":true})";
        out.later = task;
        co_return out;
    }
    bool has_tasks() const override { return true; }
    base::awaitable<base::result<mcp::found_task>> find_task(const tenancy::grant&,
                                                             std::string id) override {
        if (broken) co_return base::fail(base::errc::unavailable, "store", "the store is away");
        if (id != task.id) co_return base::fail(base::errc::not_found, "no", "none");
        mcp::found_task out{task, {}};
        out.result.text = R"({"done":true})";
        out.result.is_error = true;
        co_return out;
    }
    base::awaitable<base::result<>> cancel_task(const tenancy::grant&, std::string id) override {
        if (id != task.id) co_return base::fail(base::errc::not_found, "no", "none");
        task.state = status::cancelled;
        co_return base::result<>{};
    }

    mcp::tool_task task{.id = "apr_1",
                        .state = status::working,
                        .message = "wait",
                        .created_at = base::from_unix_ms(1'000),
                        .updated_at = base::from_unix_ms(2'000),
                        .lifetime = std::chrono::seconds{60},
                        .poll_interval = std::chrono::seconds{5}};
    bool broken = false;
};

struct talk {
    json send(const std::string& method, json params, bool declared = true,
              const std::string& name = "apr_1") {
        json capabilities = json::object();
        if (declared) capabilities["extensions"][mcp::tasks_extension] = json::object();
        params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                           {"io.modelcontextprotocol/clientCapabilities", capabilities}};
        const json message{{"jsonrpc", "2.0"}, {"id", 7}, {"method", method}, {"params", params}};
        base::http_request request;
        request.method = "POST";
        request.headers = {{"mcp-protocol-version", "2026-07-28"},
                           {"mcp-method", method},
                           {"mcp-name", name},
                           {"accept", "application/json, text/event-stream"}};
        return post(std::move(request), message.dump());
    }
    json post(base::http_request request, std::string body) {
        request.body = std::move(body);
        request.body.reserve(request.body.size() + 64);
        mcp::exchange facts;
        base::http_response out;
        tollgate::test::drained_loop loop;
        boost::asio::co_spawn(loop, endpoint.handle(grant, request, facts),
                              [&](std::exception_ptr error, base::http_response r) {
                                  if (error) std::rethrow_exception(error);
                                  out = std::move(r);
                              });
        loop.run();
        answered_method = facts.method;
        http_status = out.status;
        return json::parse(out.body);
    }
    json call(bool declared = true) {
        return send("tools/call", {{"name", "refund"}}, declared, "refund")["result"];
    }
    json about(const std::string& what, const std::string& id = "apr_1", bool declared = true) {
        return send(what, {{"taskId", id}}, declared, id);
    }

    later_provider tools;
    mcp::cancellations cancelled;
    mcp::endpoint endpoint{tools, cancelled, {"Tools", "1.2.3", "hello", {}}, {}};
    tenancy::grant grant;
    unsigned http_status = 0;
    std::string answered_method;
};

}  // namespace

TEST_CASE("tasks: the extension is offered by discover, and only by it", "[mcp][tasks]") {
    talk t;
    const auto shown = t.send("server/discover", json::object(), false);
    CHECK(shown["result"]["capabilities"]["extensions"][mcp::tasks_extension] == json::object());
    base::http_request request;
    request.method = "POST";
    const auto legacy = t.post(
        std::move(request),
        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
    CHECK_FALSE(legacy["result"]["capabilities"].contains("extensions"));
    fixture none;
    CHECK_FALSE(none.tools.has_tasks());
}

TEST_CASE("tasks: a call that is answered later is a task where its request declares them",
          "[mcp][tasks]") {
    talk t;
    const json task = t.call();
    CHECK(task["resultType"] == "task");
    CHECK(task["taskId"] == "apr_1");
    CHECK(task["status"] == "working");
    CHECK(task["statusMessage"] == "wait");
    CHECK(task["createdAt"] == "1970-01-01T00:00:01.000Z");
    CHECK(task["lastUpdatedAt"] == "1970-01-01T00:00:02.000Z");
    CHECK(task["ttlMs"] == 60'000);
    CHECK(task["pollIntervalMs"] == 5'000);
    CHECK_FALSE(task.contains("content"));
    const json plain = t.call(false);
    CHECK(plain["resultType"] == "complete");
    CHECK(plain["content"][0]["text"] == R"({"waits":true})");
}

TEST_CASE("tasks: earlier revisions get the result, whatever they declare", "[mcp][tasks]") {
    talk t;
    base::http_request request;
    request.method = "POST";
    const json meta{{"io.modelcontextprotocol/clientCapabilities",
                     {{"extensions", {{mcp::tasks_extension, json::object()}}}}}};
    const json body{{"jsonrpc", "2.0"},
                    {"id", 1},
                    {"method", "tools/call"},
                    {"params", {{"name", "refund"}, {"_meta", meta}}}};
    const auto got = t.post(std::move(request), body.dump());
    CHECK(got["result"]["content"][0]["text"] == R"({"waits":true})");
    CHECK_FALSE(got["result"].contains("taskId"));
}

TEST_CASE("tasks: tasks/get shows the status, and the result once it is completed",
          "[mcp][tasks]") {
    talk t;
    const json waiting = t.about("tasks/get")["result"];
    CHECK(t.answered_method == "tasks/get");
    CHECK(waiting["resultType"] == "complete");
    CHECK(waiting["status"] == "working");
    CHECK_FALSE(waiting.contains("result"));
    t.tools.task.state = status::completed;
    const json done = t.about("tasks/get")["result"];
    CHECK(done["status"] == "completed");
    CHECK(done["result"]["resultType"] == "complete");
    CHECK(done["result"]["isError"] == true);
    CHECK(done["result"]["content"][0]["text"] == R"({"done":true})");
}

TEST_CASE("tasks: tasks/cancel and tasks/update are acknowledged without content", "[mcp][tasks]") {
    talk t;
    const json updated =
        t.send("tasks/update", {{"taskId", "apr_1"}, {"inputResponses", json::object()}})["result"];
    CHECK(updated["resultType"] == "complete");
    CHECK_FALSE(updated.contains("status"));
    CHECK(t.tools.task.state == status::working);
    const json ended = t.about("tasks/cancel")["result"];
    CHECK(ended["resultType"] == "complete");
    CHECK_FALSE(ended.contains("status"));
    CHECK(t.about("tasks/get")["result"]["status"] == "cancelled");
}

TEST_CASE("tasks: an unknown task, no task and a store that is away are errors", "[mcp][tasks]") {
    talk t;
    for (const auto* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
        INFO(method);
        CHECK(t.about(method, "apr_2")["error"]["code"] == -32602);
        CHECK(t.send(method, json::object())["error"]["code"] == -32602);
    }
    t.tools.broken = true;
    CHECK(t.about("tasks/get")["error"]["code"] == -32603);
}

TEST_CASE("tasks: a request that does not declare the extension is refused with what is missing",
          "[mcp][tasks]") {
    talk t;
    for (const auto* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
        const json error = t.about(method, "apr_1", false)["error"];
        INFO(method);
        CHECK(t.http_status == 400);
        CHECK(error["code"] == -32021);
        CHECK(error["data"]["requiredCapabilities"]["extensions"][mcp::tasks_extension] ==
              json::object());
    }
    CHECK(t.tools.task.state == status::working);
}

TEST_CASE("tasks: Mcp-Name must be the task's id", "[mcp][tasks]") {
    talk t;
    const json error = t.send("tasks/cancel", {{"taskId", "apr_1"}}, true, "apr_2")["error"];
    CHECK(t.http_status == 400);
    CHECK(error["code"] == -32020);
    CHECK(t.tools.task.state == status::working);
}

TEST_CASE("tasks: a server without tasks has none of the methods", "[mcp][tasks]") {
    fixture f;
    const std::string body =
        R"({"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"apr_1","_meta":{)"
        R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
        R"("io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}}})";
    const auto got = f.post(body, {{"mcp-protocol-version", "2026-07-28"},
                                   {"mcp-method", "tasks/get"},
                                   {"mcp-name", "apr_1"}});
    CHECK(got.status == 404);
    CHECK(got.body["error"]["code"] == -32601);
}

}  // namespace tasks_test
