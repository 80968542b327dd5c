// Every way through a call leaves one audit record that says what was decided.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/tool_caller.hpp"

namespace call_records_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

class answering_upstream final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request) override {
        ++sent;
        upstream_response answer;
        answer.status = status;
        answer.headers = {{"request-id", "req_9"}};
        answer.body = R"({"id":"x_1","object":"refund","amount":5,"currency":"usd"})";
        co_return answer;
    }
    unsigned status = 200;
    int sent = 0;
};

struct caller : test::tool_caller<answering_upstream> {
    // The only record since the last call of this.
    tenancy::audit_event record() {
        REQUIRE(audit.events.size() == 1);
        auto out = audit.events.front();
        audit.events.clear();
        return out;
    }
};

constexpr auto charges = "list_all_stripe_charges";
constexpr auto refund = "create_a_stripe_refund";

}  // namespace

TEST_CASE("call records: a read says who asked for what, and how Stripe answered", "[stripe]") {
    caller call;
    call(charges, {{"limit", 3}});
    const auto record = call.record();
    CHECK(record.kind == tenancy::audit_kind::call);
    CHECK(record.team_id == "team_1");
    CHECK(record.server_id == "mcp_1");
    CHECK(record.tool == charges);
    CHECK(record.decision == "allowed");
    CHECK(record.outcome == "succeeded");
    CHECK(record.stripe_request == "req_9");
    CHECK(record.status == 200);
    CHECK(record.arguments_digest.size() == 64);
    CHECK(record.duration.has_value());
}

TEST_CASE("call records: arguments are in the record, redacted, where the team wants them",
          "[stripe]") {
    caller call;
    call(charges, {{"limit", 3}, {"customer", "Ada"}});
    CHECK(call.record().arguments.empty());
    call.rules.record_arguments = true;
    call(charges, {{"limit", 3}, {"customer", "Ada"}});
    CHECK(call.record().arguments == R"({"customer":"[text of 3 characters]","limit":3})");
}

TEST_CASE("call records: what is refused says by what, and nothing is sent", "[stripe]") {
    caller call;
    call(charges, {{"limitt", 3}});
    CHECK(call.record().rule == "arguments");
    call.rules.frozen = true;
    call(refund, {{"charge", "ch_1"}});
    const auto frozen = call.record();
    CHECK(frozen.rule == "frozen");
    CHECK(frozen.layer == "frozen");
    call.rules.frozen = false;
    call.rules.filter.methods = tenancy::read_methods;
    call.answer(refund, {{"charge", "ch_1"}});
    const auto hidden = call.record();
    CHECK(hidden.rule == "not_exposed");
    CHECK(hidden.decision == "refused");
    CHECK(hidden.tool == refund);
    CHECK(call.api.sent == 0);
}

TEST_CASE("call records: a write is recorded by its receipt, not twice", "[stripe]") {
    caller call;
    call(refund, {{"charge", "ch_1"}});
    CHECK(call.audit.events.empty());
    CHECK(call.receipts.finished.size() == 1);
    call.receipts.refuse = base::fail(base::errc::conflict, "operation_key_reused", "used");
    call(refund, {{"charge", "ch_1"}});
    CHECK(call.record().rule == "operation_key_reused");
}

TEST_CASE("call records: the same call by its name and through the search tools", "[stripe]") {
    caller call;
    call.rules.listing.mode = tenancy::listing_mode::search;
    call(charges, {{"limit", 3}});
    const auto by_name = call.record();
    call("read_stripe", {{"operation", charges}, {"arguments", {{"limit", 3}}}});
    const auto through = call.record();
    CHECK(through.tool == by_name.tool);
    CHECK(through.arguments_digest == by_name.arguments_digest);
    CHECK(through.outcome == by_name.outcome);
    CHECK(through.decision == by_name.decision);
    call("find_stripe_operations", {{"query", "charges"}});
    CHECK(call.record().tool == "find_stripe_operations");
}

TEST_CASE("call records: totals are one record", "[stripe]") {
    caller call;
    call(charges, {{"aggregate", json::object()}});
    CHECK(call.record().tool == charges);
}

TEST_CASE("call records: a full log refuses calls before anything is sent", "[stripe]") {
    caller call;
    call.audit.refuse = base::fail(base::errc::unavailable, "audit_unavailable", "the log is full");
    const auto read = call(charges);
    CHECK(read.is_error);
    CHECK(json::parse(read.text)["error"]["code"] == "audit_unavailable");
    CHECK(json::parse(read.text)["error"]["retryable"] == true);
    CHECK(call(refund, {{"charge", "ch_1"}}).is_error);
    CHECK(call.api.sent == 0);
    CHECK(call.audit.events.empty());
}

}  // namespace call_records_test
