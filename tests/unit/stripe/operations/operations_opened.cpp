// issue_refund and create_payment_link called again after a person has opened the link of their
// approval.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/stripe/operations_world.hpp"

namespace operations_opened_test {

using namespace operations_test;

namespace {

constexpr auto large_refunds =
    R"([{"id":"large","tools":["create_a_stripe_refund"],"then":"needs_approval",)"
    R"("max_value":{"argument":"amount","value":500}}])";

const json of_first{{"email", "sarah@example.com"}, {"order", "o_1"}};

json confirmed(json arguments) {
    arguments["confirmed"] = true;
    return arguments;
}

// The repeated call of a client whose user has opened the approval's link, as a result.
mcp::tool_result opened(world& in, std::string_view tool, const json& arguments) {
    mcp::input_given back;
    back.state = "approval " + in.approvals.asked.back().id;
    return std::get<mcp::tool_result>(in.answer(tool, arguments, std::move(back)));
}

// The approval that was asked for last, in that state; an executed one with its receipt.
void now_in(world& in, storage::approval_state state) {
    auto row = in.approvals.asked.back();
    row.state = state;
    in.approvals.found = tenancy::approval_progress{row, {{"per_1", true, {}, {}}}};
    if (state != storage::approval_state::executed) return;
    storage::receipt_row made;
    made.id = row.receipt_id;
    made.operation_key = row.operation_key;
    made.outcome.state = storage::receipt_state::succeeded;
    made.outcome.object_id = "re_1";
    in.receipts.stored = made;
}

}  // namespace

TEST_CASE("stripe operations defect: a refund that was approved and made is told as made",
          "[stripe][operations]") {
    world in;
    in.guard(large_refunds);
    auto arguments = confirmed(of_first);
    SECTION("all of the order, which is refunded now") {
        in.ask("issue_refund", arguments);
        in.desk.orders[0].status = storage::order_status::refunded;
        in.desk.orders[0].refunded = 4999;
    }
    SECTION("a part of it") {
        arguments["amount"] = 1000;
        in.ask("issue_refund", arguments);
        in.desk.orders[0].refunded = 1000;
    }
    now_in(in, storage::approval_state::executed);
    const auto out = opened(in, "issue_refund", arguments);
    UNSCOPED_INFO(out.text);
    CHECK_FALSE(out.is_error);
    const auto told = json::parse(out.text);
    CHECK_FALSE(told.contains("done"));
    CHECK_FALSE(told.contains("waits"));
    CHECK(told["approval"]["state"] == "executed");
    CHECK(told["receipt"]["state"] == "succeeded");
    CHECK(in.api.posts() == 0);
    CHECK(in.approvals.asked.size() == 1);
    CHECK(in.audit.events.back().approval == in.approvals.asked.back().id);
    CHECK(in.audit.events.back().outcome == "executed");
}

TEST_CASE("stripe operations: a refund whose approval is still open is told as waiting",
          "[stripe][operations]") {
    world in;
    in.guard(large_refunds);
    in.ask("issue_refund", confirmed(of_first));
    now_in(in, storage::approval_state::pending);
    const auto told = json::parse(opened(in, "issue_refund", confirmed(of_first)).text);
    CHECK(told["approval"]["state"] == "pending");
    CHECK_FALSE(told.contains("receipt"));
    CHECK(in.approvals.asked.size() == 1);
}

TEST_CASE("stripe operations: a payment link that was approved and made is told as made",
          "[stripe][operations]") {
    world in;
    in.guard(R"([{"id":"links","tools":["create_a_stripe_payment_link"],)"
             R"("then":"needs_approval"}])");
    const json arguments{{"amount", 2000}, {"currency", "usd"}, {"description", "Two hours"}};
    in.ask("create_payment_link", arguments);
    now_in(in, storage::approval_state::executed);
    const auto told = json::parse(opened(in, "create_payment_link", arguments).text);
    CHECK(told["receipt"]["state"] == "succeeded");
    CHECK(in.audit.events.back().tool == "create_payment_link");
}

}  // namespace operations_opened_test
