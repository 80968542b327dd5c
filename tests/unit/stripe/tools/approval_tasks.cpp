// A call that waits for approval, as a task and as a link.
#include "stripe/tools/approval_tasks.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tenancy/approvals/approval_rules.hpp"

namespace stripe_approval_tasks_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;
using status = mcp::tool_task::status;
using storage::approval_state;
using storage::receipt_state;

namespace {

const base::timestamp asked_at = base::from_unix_ms(1'800'000'000'000);

known_approval known_in(approval_state state) {
    known_approval out;
    auto& row = out.approval.approval;
    row.id = "apr_1";
    row.state = state;
    row.created_at = asked_at;
    row.expires_at = asked_at + std::chrono::hours{1};
    return out;
}

known_approval executed(receipt_state state, bool asks_again = false) {
    auto out = known_in(approval_state::executed);
    out.receipt.emplace();
    out.receipt->id = "rcp_1";
    out.receipt->outcome.state = state;
    if (asks_again) out.receipt->resolve_at = asked_at;
    return out;
}

mcp::found_task found(const known_approval& known,
                      base::timestamp now = asked_at + std::chrono::minutes{1}) {
    return found_task_of(known, now);
}

// What a client with those capabilities can be asked.
bool opens(const std::string& capabilities) {
    simdjson::dom::parser parser;
    mcp::input_given input;
    input.capabilities = parser.parse(capabilities).get_object().value();
    return can_open_links(input);
}

}  // namespace

TEST_CASE("approval tasks: the task is working until the outcome is known", "[stripe][tasks]") {
    CHECK(found(known_in(approval_state::pending)).task.state == status::working);
    CHECK(found(known_in(approval_state::approved)).task.state == status::working);
    CHECK(found(executed(receipt_state::intended)).task.state == status::working);
    CHECK(found(executed(receipt_state::unknown, true)).task.state == status::working);
    CHECK(found(executed(receipt_state::succeeded)).task.state == status::completed);
    CHECK(found(executed(receipt_state::failed)).task.state == status::completed);
    CHECK(found(executed(receipt_state::unknown)).task.state == status::completed);
    CHECK(found(known_in(approval_state::denied)).task.state == status::completed);
    CHECK(found(known_in(approval_state::voided)).task.state == status::completed);
    CHECK(found(known_in(approval_state::expired)).task.state == status::completed);
}

TEST_CASE("approval tasks: a question that nobody answered in time is completed at its expiry",
          "[stripe][tasks]") {
    const auto late = found(known_in(approval_state::pending), asked_at + std::chrono::hours{1});
    CHECK(late.task.state == status::completed);
    CHECK(late.result.is_error);
}

TEST_CASE("approval tasks: only a write that succeeded is no error", "[stripe][tasks]") {
    CHECK_FALSE(found(executed(receipt_state::succeeded)).result.is_error);
    CHECK(found(executed(receipt_state::failed)).result.is_error);
    CHECK(found(executed(receipt_state::unknown)).result.is_error);
    auto denied = known_in(approval_state::denied);
    denied.approval.approval.end_code = "denied";
    denied.approval.votes.push_back({"per_1", false, "Wrong customer.", asked_at});
    const auto refused = found(denied);
    CHECK(refused.result.is_error);
    CHECK(refused.result.text.find("Wrong customer.") != std::string::npos);
}

TEST_CASE("approval tasks: a withdrawn call is a cancelled task", "[stripe][tasks]") {
    auto known = known_in(approval_state::voided);
    known.approval.approval.end_code = tenancy::withdrawn_code;
    CHECK(found(known).task.state == status::cancelled);
}

TEST_CASE("approval tasks: a task may be given up a day after its question has expired",
          "[stripe][tasks]") {
    const auto task = found(known_in(approval_state::pending)).task;
    CHECK(task.id == "apr_1");
    CHECK(task.lifetime == std::chrono::hours{25});
    CHECK(task.created_at == asked_at);
    CHECK(task.poll_interval == std::chrono::seconds{5});
    auto decided = known_in(approval_state::approved);
    decided.approval.approval.decided_at = asked_at + std::chrono::seconds{9};
    CHECK(found(decided).task.updated_at == asked_at + std::chrono::seconds{9});
    CHECK(found(decided).task.poll_interval == std::chrono::seconds{1});
}

TEST_CASE("approval links: only a client that declares the mode is asked to open them",
          "[stripe][tasks]") {
    CHECK(opens(R"({"elicitation":{"url":{}}})"));
    CHECK(opens(R"({"elicitation":{"form":{},"url":{}}})"));
    CHECK_FALSE(opens(R"({"elicitation":{}})"));
    CHECK_FALSE(opens(R"({"elicitation":{"form":{}}})"));
    CHECK_FALSE(opens(R"({"elicitation":{"url":true}})"));
    CHECK_FALSE(opens("{}"));
    CHECK_FALSE(can_open_links({}));
}

TEST_CASE("approval links: the question has the link, and comes back with the approval's id",
          "[stripe][tasks]") {
    tenancy::asked_approval asked;
    asked.approval.id = "apr_1";
    asked.link = "https://gateway.example/console/approvals/apr_1";
    const auto question = link_question(asked, mcp::failed_result("waiting"));
    const json request = json::parse('{' + question.needs.requests + '}')["approval"];
    CHECK(request["method"] == "elicitation/create");
    CHECK(request["params"]["mode"] == "url");
    CHECK(request["params"]["url"] == asked.link);
    CHECK(request["params"]["elicitationId"] == "apr_1");
    CHECK_FALSE(request["params"].contains("requestedSchema"));
    REQUIRE(question.otherwise.has_value());
    CHECK(question.otherwise->text == "waiting");
    mcp::input_given back;
    back.state = question.needs.state;
    CHECK(approval_asked_for(back) == "apr_1");
    back.state = "confirm rcp_1";
    CHECK(approval_asked_for(back).empty());
}

}  // namespace stripe_approval_tasks_test
