// issue_refund: previews, the rules on orders, what is sent, and approvals. Each defect that was
// found in another server of this kind has a test of its name.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/stripe/operations_world.hpp"

namespace operations_refunds_test {

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

}  // namespace

TEST_CASE("stripe operations: a refund without confirmed is a preview, and sends nothing",
          "[stripe][operations]") {
    world in;
    const auto seen = in.ask("issue_refund", of_first);
    CHECK(in.api.posts() == 0);
    CHECK(in.receipts.begun.empty());
    CHECK(seen["done"] == false);
    CHECK(seen["refund"]["amount"] == 4999);
    CHECK(seen["refund"]["amount_formatted"] == "49.99 USD");
    CHECK(seen["refund"]["order_age_days"] == 2);
    CHECK(seen["refund"]["order_remains_after"] == 0);
    CHECK(seen["refund"]["payment_remains_after"] == 0);
    CHECK(seen["order"]["id"] == "o_1");
    CHECK(seen["approval"].is_null());
}

TEST_CASE("stripe operations: the preview names the approval that the rules need",
          "[stripe][operations]") {
    world in;
    in.guard(large_refunds);
    const auto seen = in.ask("issue_refund", of_first);
    CHECK(seen["approval"]["rule"] == "large");
    CHECK(seen["approval"]["approvals_needed"] == 1);
    CHECK(in.approvals.asked.empty());
}

TEST_CASE("stripe operations: a confirmed refund goes by payment intent, with its order",
          "[stripe][operations]") {
    world in;
    auto arguments = confirmed(of_first);
    arguments["reason"] = "charged twice";
    const auto done = in.ask("issue_refund", arguments);
    CHECK(done["done"] == true);
    CHECK(done["refund"]["order"] == "o_1");
    REQUIRE(in.api.posts() == 1);
    CHECK(in.api.bodies.back() == "payment_intent=pi_1&amount=4999");
    REQUIRE(in.receipts.orders.size() == 1);
    REQUIRE(in.receipts.orders[0].has_value());
    const auto& link = *in.receipts.orders[0];
    CHECK(link.order_id == "o_1");
    CHECK(link.payment_id == "pi_1");
    CHECK(link.amount == 4999);
    CHECK(link.currency == "usd");
    CHECK(link.reason == "charged twice");
    CHECK(link.refunded_by == "Support");
}

TEST_CASE("stripe operations: secrets and card numbers in a refund's reason are not stored",
          "[stripe][operations]") {
    world in;
    auto arguments = confirmed(of_first);
    arguments["reason"] = "paid by 4242424242424242, asked with sk_test_0000000000000000";
    in.ask("issue_refund", arguments);
    REQUIRE(in.receipts.orders.at(0).has_value());
    const auto& reason = in.receipts.orders[0]->reason;
    CHECK(reason.find("424242424242") == std::string::npos);
    CHECK(reason.find("sk_test_0000") == std::string::npos);
}

TEST_CASE(
    "stripe operations: an order of a charge is refunded by charge, and Stripe's own "
    "reasons are passed on",
    "[stripe][operations]") {
    world in;
    in.add("o_3", "c_1", "ch_3", 1000, "usd", 1);
    in.ask("issue_refund", {{"email", "sarah@example.com"},
                            {"order", "o_3"},
                            {"amount", 300},
                            {"reason", "duplicate"},
                            {"confirmed", true}});
    CHECK(in.api.bodies.back() == "charge=ch_3&amount=300&reason=duplicate");
}

TEST_CASE("stripe operations: who is meant compares trimmed and without regard to case",
          "[stripe][operations]") {
    world in;
    const auto seen = in.ask("issue_refund", {{"email", "  Sarah@EXAMPLE.com "}, {"order", "o_1"}});
    CHECK(seen["order"]["id"] == "o_1");
}

TEST_CASE("stripe operations: each rule on orders refuses by its name, and nothing is sent",
          "[stripe][operations]") {
    world in;
    SECTION("another customer's order, and one that does not exist, look the same") {
        CHECK(in.refused({{"order", "o_9"}}) == "order_owner");
        CHECK(in.refused({{"order", "o_none"}}) == "order_owner");
        CHECK(in.refused({{"payment", "pi_9"}}) == "order_owner");
    }
    SECTION("an order of 91 days") {
        in.add("o_old", "c_1", "pi_old", 100, "usd", 91);
        CHECK(in.refused({{"order", "o_old"}}) == "order_age");
    }
    SECTION("a payment of 91 days, whatever the order says") {
        in.add("o_old", "c_1", "pi_old", 100, "usd", 91).created_at = in.days_ago(1);
        CHECK(in.refused({{"order", "o_old"}}) == "order_age");
    }
    SECTION("an order that is refunded") {
        in.desk.orders[0].status = storage::order_status::refunded;
        in.desk.orders[0].refunded = 4999;
        CHECK(in.refused({{"order", "o_1"}}) == "order_status");
        CHECK(in.refused({{"order", "o_1"}, {"amount", 1}}) == "order_status");
    }
    SECTION("more than what remains of the order") {
        in.desk.orders[0].refunded = 4000;
        CHECK(in.refused({{"order", "o_1"}, {"amount", 1000}}) == "order_remaining");
    }
    SECTION("more than what remains at Stripe") {
        in.charge_of("pi_1")["amount_refunded"] = 4000;
        CHECK(in.refused({{"order", "o_1"}, {"amount", 1000}}) == "order_remaining");
    }
    SECTION("another currency, of the call or of the payment") {
        CHECK(in.refused({{"order", "o_1"}, {"currency", "eur"}}) == "order_currency");
        in.charge_of("pi_1")["currency"] = "eur";
        CHECK(in.refused({{"order", "o_1"}}) == "order_currency");
    }
    SECTION("an open dispute; one that was lost is closed") {
        in.api.disputes = json::array({{{"id", "du_1"}, {"status", "needs_response"}}});
        CHECK(in.refused({{"order", "o_1"}}) == "order_dispute");
        in.api.disputes = json::array({{{"id", "du_1"}, {"status", "won"}}});
        CHECK(in.ask("issue_refund", of_first)["done"] == false);
    }
    SECTION("a customer who is not among the orders") {
        CHECK(in.refused({{"email", "nobody@example.com"}}) == "order_owner");
    }
}

TEST_CASE("stripe operations: a preview refuses what the refund would be refused",
          "[stripe][operations]") {
    world in;
    in.api.disputes = json::array({{{"id", "du_1"}, {"status", "needs_response"}}});
    CHECK(in.refusal("issue_refund", of_first)["code"] == "order_dispute");
}

TEST_CASE("stripe operations: several orders are listed, and the newest is not guessed",
          "[stripe][operations]") {
    world in;
    const auto choice = in.ask("issue_refund", confirmed({{"email", "sarah@example.com"}}));
    CHECK(choice["done"] == false);
    CHECK(choice["orders"].size() == 2);
    CHECK(in.api.posts() == 0);
    const auto latest =
        in.ask("issue_refund", {{"email", "sarah@example.com"}, {"order", "latest"}});
    CHECK(latest["order"]["id"] == "o_2");
}

TEST_CASE("stripe operations: the only order that can be refunded is meant without a name",
          "[stripe][operations]") {
    world in;
    in.desk.orders[1].status = storage::order_status::refunded;
    in.desk.orders[1].refunded = 4999;
    CHECK(in.ask("issue_refund", {{"email", "sarah@example.com"}})["order"]["id"] == "o_1");
}

TEST_CASE("stripe operations: a repeated call without an order means the order of its receipt",
          "[stripe][operations]") {
    world in;
    for (auto* const one : {&in.desk.orders[0], &in.desk.orders[1]}) {
        one->status = storage::order_status::refunded;
        one->refunded = 4999;
    }
    tenancy::begun_write known;
    known.next = tenancy::write_step::replay;
    known.receipt.id = "rcp_1";
    known.receipt.order_id = "o_1";
    known.receipt.outcome.state = storage::receipt_state::succeeded;
    known.receipt.outcome.amount = 4999;
    in.receipts.stored = known.receipt;
    in.receipts.repeat = known;
    in.operation_key = "support-1";
    const auto again = in.ask("issue_refund", confirmed({{"email", "sarah@example.com"}}));
    CHECK(again["done"] == true);
    CHECK(again["refund"]["order"] == "o_1");
    CHECK(in.api.posts() == 0);
    // Of another customer, the receipt says nothing.
    CHECK(in.refused({{"email", "omar@example.com"}}) == "order_owner");
}

TEST_CASE("stripe operations: of several customers with one address, all orders can be meant",
          "[stripe][operations]") {
    world in;
    in.desk.customers.push_back({"c_3", "SARAH@example.com", "Sara", "cus_3", in.days_ago(9)});
    in.add("o_7", "c_3", "pi_7", 700, "usd", 0);
    CHECK(in.ask("issue_refund", {{"email", "sarah@example.com"}})["orders"].size() == 3);
    CHECK(in.ask("issue_refund",
                 {{"email", "sarah@example.com"}, {"order", "o_7"}})["order"]["id"] == "o_7");
}

TEST_CASE("stripe operations: a payment is found by its charge although the order has its intent",
          "[stripe][operations]") {
    world in;
    const auto seen =
        in.ask("issue_refund", {{"email", "sarah@example.com"}, {"payment", "ch_of_pi_2"}});
    CHECK(seen["order"]["id"] == "o_2");
}

TEST_CASE(
    "stripe operations defect: confirmed by the model alone does not pass a rule that asks "
    "people",
    "[stripe][operations]") {
    world in;
    in.guard(large_refunds);
    const auto held = in.ask("issue_refund", confirmed(of_first));
    CHECK(held["done"] == false);
    CHECK(held["waits"]["approval"]["state"] == "pending");
    CHECK(in.api.posts() == 0);
    CHECK(in.receipts.begun.empty());
    REQUIRE(in.approvals.orders.back().has_value());
    CHECK(in.approvals.orders.back()->link.order_id == "o_1");
    CHECK(in.approvals.previews.back().find("o_1") != std::string::npos);
}

TEST_CASE("stripe operations: an approved refund keeps its order, and names who agreed",
          "[stripe][operations]") {
    world in;
    in.guard(large_refunds);
    in.ask("issue_refund", confirmed(of_first));
    in.approvals.found = tenancy::approval_progress{
        in.approvals.asked.back(), {{"per_1", true, {}, {}}, {"per_2", true, {}, {}}}};
    CHECK(in.execute().what == tenancy::approved_outcome::step::begun);
    CHECK(in.api.posts() == 1);
    REQUIRE(in.receipts.orders.at(0).has_value());
    CHECK(in.receipts.orders[0]->refunded_by == "Support, approved by per_1 and per_2");
}

TEST_CASE("stripe operations: a refund of an order that is busy may be asked again",
          "[stripe][operations]") {
    world in;
    SECTION("of a call") {
        in.receipts.refuse = base::fail(base::errc::conflict, "order_busy", "on its way", "order");
        const auto why = in.refusal("issue_refund", confirmed(of_first));
        CHECK(why["code"] == "order_busy");
        CHECK(why["next_step"].get<std::string>().find("later") != std::string::npos);
    }
    SECTION("of an approval, which is not void") {
        in.guard(large_refunds);
        in.ask("issue_refund", confirmed(of_first));
        in.receipts.refuse = base::fail(base::errc::conflict, "order_busy", "on its way", "order");
        CHECK(in.execute().what == tenancy::approved_outcome::step::later);
        in.receipts.refuse = base::fail(base::errc::conflict, "order_changed", "gone", "order");
        CHECK(in.execute().what == tenancy::approved_outcome::step::refused);
    }
    CHECK(in.api.posts() == 0);
}

TEST_CASE("stripe operations: what changed since the question voids an approved refund",
          "[stripe][operations]") {
    world in;
    in.guard(large_refunds);
    in.ask("issue_refund", confirmed(of_first));
    using step = tenancy::approved_outcome::step;
    SECTION("the order was refunded meanwhile") {
        in.desk.orders[0].status = storage::order_status::refunded;
        const auto out = in.execute();
        CHECK(out.what == step::refused);
        CHECK(out.code == "order_status");
    }
    SECTION("the payment is disputed now") {
        in.api.disputes = json::array({{{"id", "du_1"}, {"status", "under_review"}}});
        CHECK(in.execute().code == "order_dispute");
    }
    SECTION("the order belongs to somebody else now") {
        in.desk.orders[0].customer_id = "c_2";
        CHECK(in.execute().code == "order_owner");
    }
    SECTION("the orders are away: it is tried later") {
        in.desk.away = base::fail(base::errc::unavailable, "orders_unavailable", "away");
        CHECK(in.execute().what == step::later);
    }
    CHECK(in.api.posts() == 0);
}

TEST_CASE("stripe operations defect: two equal partial refunds are two refunds with two keys",
          "[stripe][operations]") {
    world in;
    auto part = confirmed(of_first);
    part["amount"] = 1000;
    part["reason"] = "requested_by_customer";
    in.ask("issue_refund", part);
    in.ask("issue_refund", part);
    CHECK(in.api.posts() == 2);
    REQUIRE(in.receipts.begun.size() == 2);
    CHECK(in.receipts.begun[0].operation_key != in.receipts.begun[1].operation_key);
}

TEST_CASE("stripe operations: equal refunds for two orders have different digests",
          "[stripe][operations]") {
    world in;
    in.add("o_3", "c_1", "pi_1", 4999, "usd", 2);
    auto part = confirmed(of_first);
    part["amount"] = 1000;
    in.ask("issue_refund", part);
    in.ask("issue_refund", part);
    part["order"] = "o_3";
    in.ask("issue_refund", part);
    REQUIRE(in.receipts.digests.size() == 3);
    CHECK(in.receipts.requests[0] == in.receipts.requests[2]);
    CHECK(in.receipts.digests[0] == in.receipts.digests[1]);
    CHECK(in.receipts.digests[0] != in.receipts.digests[2]);
}

TEST_CASE("stripe operations defect: zero and negative amounts are no full refund",
          "[stripe][operations]") {
    world in;
    for (const int amount : {0, -1}) {
        const auto why = in.refusal(
            "issue_refund", {{"email", "sarah@example.com"}, {"order", "o_1"}, {"amount", amount}});
        CHECK(why["param"] == "amount");
    }
    CHECK(in.api.sent.empty());
}

TEST_CASE("stripe operations defect: the intent is recorded with its order before Stripe is asked",
          "[stripe][operations]") {
    world in;
    in.receipts.refuse =
        base::fail(base::errc::unavailable, "audit_unavailable", "the store does not answer");
    CHECK(in.refusal("issue_refund", confirmed(of_first))["code"] == "audit_unavailable");
    CHECK(in.api.posts() == 0);
}

TEST_CASE("stripe operations defect: yen have no cents, and dinars have three decimals",
          "[stripe][operations]") {
    world in;
    in.add("o_jpy", "c_1", "pi_jpy", 5000, "jpy", 1);
    in.add("o_kwd", "c_1", "pi_kwd", 5000, "kwd", 1);
    const auto words = [&](const char* order) {
        return in.ask("issue_refund", {{"email", "sarah@example.com"},
                                       {"order", order}})["refund"]["amount_formatted"];
    };
    CHECK(words("o_jpy") == "5000 JPY");
    CHECK(words("o_kwd") == "5.000 KWD");
}

TEST_CASE("stripe operations defect: Stripe's reason is not made up", "[stripe][operations]") {
    world in;
    in.ask("issue_refund", confirmed(of_first));
    CHECK(in.api.bodies.back().find("reason") == std::string::npos);
}

TEST_CASE("stripe operations: if either half is away, nothing is refunded",
          "[stripe][operations]") {
    world in;
    SECTION("the orders") {
        in.desk.away = base::fail(base::errc::unavailable, "orders_unavailable", "away");
        CHECK(in.refusal("issue_refund", confirmed(of_first))["code"] == "orders_unavailable");
    }
    SECTION("Stripe") {
        in.api.away = base::fail(base::errc::unavailable, "not_sent", "away");
        const auto why = in.refusal("issue_refund", confirmed(of_first));
        CHECK(why["code"] == "order_remaining");
        CHECK(why["next_step"].get<std::string>().find("later") != std::string::npos);
    }
    CHECK(in.api.posts() == 0);
}

}  // namespace operations_refunds_test
