// Calls that people must approve: what the model reads, and how an approved call is made.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/ids.hpp"
#include "stripe/tools/approved_calls.hpp"
#include "stripe/tools/directory.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/policy/rule_reader.hpp"
#include "tests/support/drained_loop.hpp"
#include "tests/support/tool_caller.hpp"

namespace stripe_approvals_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;
using step = tenancy::approved_outcome::step;

namespace {

constexpr auto refund = "create_a_stripe_refund";
constexpr auto large_refunds =
    R"([{"id":"large","tools":["create_a_stripe_refund"],"then":"needs_approval",)"
    R"("max_value":{"argument":"amount","value":500}}])";

class counting_upstream final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        keys.push_back(request.idempotency_key);
        bodies.push_back(request.body);
        upstream_response out;
        out.status = 200;
        out.body = R"({"id":"re_1","object":"refund","amount":900})";
        co_return out;
    }
    std::vector<std::string> keys;
    std::vector<std::string> bodies;
};

struct caller : test::tool_caller<counting_upstream> {
    caller() { guard(large_refunds); }

    void guard(std::string_view rules) {
        auto all = std::make_shared<tenancy::call_policies>();
        all->tools = &directory;
        auto read = tenancy::read_rules(rules, "rules");
        all->server = tenancy::make_policy(std::move(*read), tenancy::layer::server, 1, "mcp_1",
                                           directory, "rules")
                          .value();
        this->rules.policies = std::move(all);
    }
    mcp::tool_result ask(const json& more = json::object(), int amount = 900) {
        json arguments{{"charge", "ch_1"}, {"amount", amount}};
        arguments.update(more);
        return (*this)(refund, arguments);
    }
    storage::approval_row approved() {
        auto row = approvals.asked.at(0);
        row.state = storage::approval_state::approved;
        row.token_digest = "digest";
        return row;
    }
    // As the executor does, with the grant and the approval of the test.
    tenancy::approved_outcome execute(const storage::approval_row& row) {
        return execute(row, approvals.arguments.at(0));
    }
    tenancy::approved_outcome execute(const storage::approval_row& row,
                                      const std::string& arguments) {
        test::drained_loop loop;
        const tool_services shared{finder,    cursors, writes, credentials, receipts,
                                   approvals, audit,   clock,  log};
        approved_calls calls{loop.get_executor(), api, shared, std::chrono::seconds{30}};
        auto who = std::make_shared<tenancy::grant>(rules);
        tenancy::approved_outcome out;
        boost::asio::co_spawn(loop, calls.call(std::move(who), row, {arguments, {}, {}}),
                              [&out](std::exception_ptr error, tenancy::approved_outcome got) {
                                  test::rethrow(std::move(error));
                                  out = std::move(got);
                              });
        loop.run();
        return out;
    }

    catalogue_directory directory;
};

}  // namespace

TEST_CASE(
    "stripe approvals: a call that needs approval is not sent, and the answer says what to "
    "do",
    "[stripe]") {
    caller c;
    const auto result = c.ask();
    CHECK_FALSE(result.is_error);
    CHECK(c.api.keys.empty());
    CHECK(c.receipts.begun.empty());
    const json answer = json::parse(result.text);
    CHECK(answer["approval"]["state"] == "pending");
    CHECK(answer["approval"]["reason"].get<std::string>().find("900") != std::string::npos);
    const json again = answer["approval"]["ask_again"];
    CHECK(again["tool"] == "get_receipt");
    CHECK(again["arguments"]["receipt"] == answer["approval"]["id"]);
    const auto message = answer["message"].get<std::string>();
    CHECK(message.find("Nothing was sent") != std::string::npos);
    CHECK(message.find("Do not repeat") != std::string::npos);
    const auto& asked = c.approvals.asked.at(0);
    CHECK(asked.rule == "large");
    CHECK(base::is_id(asked.receipt_id, "rcp"));
    CHECK(asked.operation_key == asked.receipt_id);
    CHECK(json::parse(c.approvals.arguments.at(0)) == json{{"charge", "ch_1"}, {"amount", 900}});
    CHECK(c.approvals.previews.at(0).find("amount: 900") != std::string::npos);
    CHECK(c.approvals.events.at(0).decision == "needs_approval");
    CHECK(c.approvals.events.at(0).rule == "large");
    CHECK(c.audit.events.empty());  // its record is stored with the question
}

TEST_CASE("stripe approvals: a smaller call is sent at once", "[stripe]") {
    caller c;
    CHECK_FALSE(c.ask(json::object(), 500).is_error);
    CHECK(c.api.keys.size() == 1);
    CHECK(c.approvals.asked.empty());
}

TEST_CASE("stripe approvals: equal requests have equal digests, whatever their keys", "[stripe]") {
    caller c;
    c.ask();
    c.ask({{"operation_key", "mine"}});
    c.ask(json::object(), 901);
    const auto& asked = c.approvals.asked;
    CHECK(asked.at(0).request_digest == asked.at(1).request_digest);
    CHECK(asked.at(1).operation_key == "mine");
    CHECK(asked.at(0).request_digest != asked.at(2).request_digest);
}

TEST_CASE("stripe approvals: a call that was made before is answered from its receipt",
          "[stripe]") {
    caller c;
    tenancy::begun_write known;
    known.next = tenancy::write_step::replay;
    known.receipt.id = "rcp_1";
    known.receipt.outcome.state = storage::receipt_state::succeeded;
    c.receipts.repeat = known;
    const auto result = c.ask({{"operation_key", "mine"}});
    CHECK(json::parse(result.text)["replayed"] == true);
    CHECK(c.approvals.asked.empty());
    CHECK(c.api.keys.empty());
}

TEST_CASE("stripe approvals: at the limit, and without a store, nothing is sent", "[stripe]") {
    caller c;
    c.approvals.refuse =
        base::fail(base::errc::limit_exceeded, "too_many_pending", "1000 calls wait already");
    const json full = json::parse(c.ask().text);
    CHECK(full["error"]["code"] == "too_many_pending");
    c.approvals.refuse = base::fail(base::errc::unavailable, "audit_unavailable", "no store");
    const auto away = c.ask();
    CHECK(away.is_error);
    CHECK(json::parse(away.text)["error"]["code"] == "audit_unavailable");
    CHECK(c.api.keys.empty());
}

TEST_CASE("stripe approvals: reads cannot be approved", "[stripe]") {
    caller c;
    c.guard(
        R"([{"id":"reads","tools":["list_all_stripe_charges","create_a_stripe_refund"],"then":"needs_approval"}])");
    const auto result = c("list_all_stripe_charges");
    CHECK(json::parse(result.text)["error"]["code"] == "approval_impossible");
    CHECK(c.api.keys.empty());
    CHECK(c.approvals.asked.empty());
}

TEST_CASE("stripe approvals: an approved call is sent once, with the receipt and key made for it",
          "[stripe]") {
    caller c;
    c.ask();
    const auto row = c.approved();
    CHECK(c.execute(row).what == step::begun);
    CHECK(c.api.keys == std::vector<std::string>{row.receipt_id});
    CHECK(c.receipts.begun.at(0).id == row.receipt_id);
    CHECK(c.receipts.approvals.at(0) == row.id);
    CHECK(base::as_view(c.receipts.digests.at(0)) == row.request_digest);
    CHECK(c.receipts.finished.at(0).state == storage::receipt_state::succeeded);
}

TEST_CASE("stripe approvals: what would send another request than the approved one is refused",
          "[stripe]") {
    caller c;
    c.ask();
    const auto row = c.approved();
    const auto other = c.execute(row, R"({"charge":"ch_1","amount":901})");
    CHECK(other.what == step::refused);
    CHECK(other.code == "request_changed");
    c.account->stripe_version = "2026-01-01.other";
    CHECK(c.execute(row).code == "request_changed");
    CHECK(c.api.keys.empty());
    CHECK(c.receipts.begun.empty());
}

TEST_CASE("stripe approvals: filter, freeze and rules are applied again as they are now",
          "[stripe]") {
    caller c;
    c.ask();
    const auto row = c.approved();
    c.rules.frozen = true;
    CHECK(c.execute(row).code == "frozen");
    c.rules.frozen = false;
    c.guard(R"([{"id":"never","max_value":{"argument":"amount","value":100}}])");
    const auto denied = c.execute(row);
    CHECK(denied.what == step::refused);
    CHECK(denied.code == "policy");
    c.guard(R"([{"id":"two","then":"needs_approval","approval":{"needed":2}}])");
    CHECK(c.execute(row).reason == "The rule 'two' now needs 2 approvals.");
    c.guard(R"([{"id":"one","then":"needs_approval"}])");
    c.rules.filter.methods = tenancy::read_methods;
    CHECK(c.execute(row).code == "filter");
    CHECK(c.api.keys.empty());
    c.rules.filter.methods = tenancy::all_methods;
    CHECK(c.execute(row).what == step::begun);
    CHECK(c.api.keys.size() == 1);
}

TEST_CASE("stripe approvals: a receipt that cannot be begun sends nothing", "[stripe]") {
    caller c;
    c.ask();
    const auto row = c.approved();
    c.receipts.refuse = base::fail(base::errc::conflict, "approval_used", "used already");
    CHECK(c.execute(row).what == step::later);
    c.receipts.refuse = base::fail(base::errc::unavailable, "audit_unavailable", "no store");
    CHECK(c.execute(row).what == step::later);
    c.receipts.refuse = base::fail(base::errc::forbidden, "writes_stopped", "revoked");
    CHECK(c.execute(row).what == step::refused);
    CHECK(c.api.keys.empty());
}

TEST_CASE("stripe approvals: get_receipt tells what became of an approval, and changes nothing",
          "[stripe]") {
    caller c;
    c.ask();
    tenancy::approval_progress progress{c.approvals.asked.at(0), {}};
    progress.approval.created_at = progress.approval.expires_at - std::chrono::hours{1};
    c.approvals.found = progress;
    const auto shown = [&c] {
        return json::parse(c("get_receipt", {{"receipt", "apr_000000000000000000000001"}}).text);
    };
    CHECK(shown()["approval"]["state"] == "pending");
    c.approvals.found->approval.state = storage::approval_state::denied;
    c.approvals.found->votes.push_back({"key_1", false, "Wrong customer.", {}});
    const json denied = shown();
    CHECK(denied["approval"]["approver_reason"] == "Wrong customer.");
    CHECK(denied["next_step"].get<std::string>().find("refused") != std::string::npos);
    CHECK(denied.dump().find("key_1") == std::string::npos);
    c.approvals.found->approval.state = storage::approval_state::executed;
    storage::receipt_row receipt;
    receipt.id = "rcp_1";
    receipt.outcome.state = storage::receipt_state::succeeded;
    c.receipts.stored = receipt;
    CHECK(shown()["receipt"]["state"] == "succeeded");
    CHECK(c.api.keys.empty());
}

}  // namespace stripe_approvals_test
