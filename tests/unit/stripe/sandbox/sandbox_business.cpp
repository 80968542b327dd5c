// The business the sandbox starts with has what the guides' questions ask for.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace business_test {

using namespace tollgate::sandbox::test;

namespace {

json customer_by(client& to, const std::string& email) {
    const auto found = to.get("/v1/customers?email=" + email).body["data"];
    REQUIRE(found.size() == 1);
    return found[0];
}

}  // namespace

TEST_CASE("sandbox business: Sarah's Pro Tier is active and her last charge refundable",
          "[sandbox]") {
    client to(true);
    const auto id = customer_by(to, "sarah.jones@example.com")["id"].get<std::string>();
    const auto subscriptions = to.get("/v1/customers/" + id + "/subscriptions").body["data"];
    REQUIRE(subscriptions.size() == 1);
    CHECK(subscriptions[0]["status"] == "active");
    const auto product = subscriptions[0]["items"]["data"][0]["price"]["product"];
    CHECK(to.get("/v1/products/" + product.get<std::string>()).body["name"] == "Pro Tier");
    const auto charges = to.get("/v1/charges?customer=" + id).body["data"];
    const auto paid = std::find_if(charges.begin(), charges.end(),
                                   [](const json& each) { return each["status"] == "succeeded"; });
    REQUIRE(paid != charges.end());
    const auto refund =
        to.post("/v1/refunds", "amount=1500&charge=" + (*paid)["id"].get<std::string>());
    CHECK(refund.status == 200);
    CHECK(refund.body["amount"] == 1500);
}

TEST_CASE("sandbox business: five disputes, three that wait for an answer", "[sandbox]") {
    client to(true);
    const auto disputes = to.all("/v1/disputes");
    CHECK(disputes.size() == 5);
    const auto now = tollgate::base::to_unix_ms(to.clock.now()) / 1000;
    std::set<std::int64_t> amounts;
    std::set<std::string> reasons;
    std::set<std::int64_t> due;
    for (const auto& each : disputes) {
        if (each["status"] != "needs_response") continue;
        amounts.insert(each["amount"].get<std::int64_t>());
        reasons.insert(each["reason"].get<std::string>());
        due.insert(each["evidence_details"]["due_by"].get<std::int64_t>());
        const auto charge = to.get("/v1/charges/" + each["charge"].get<std::string>()).body;
        CHECK(charge["disputed"] == true);
        CHECK(charge["customer"].is_string());
    }
    CHECK(amounts.size() == 3);
    CHECK(reasons.size() == 3);
    CHECK(due.size() == 3);
    CHECK(*due.begin() > now);
}

TEST_CASE("sandbox business: payouts, the latest still pending", "[sandbox]") {
    client to(true);
    const auto payouts = to.all("/v1/payouts");
    REQUIRE(payouts.size() == 4);
    CHECK(payouts[0]["status"] == "pending");
    for (std::size_t i = 1; i < 4; ++i) CHECK(payouts[i]["status"] == "paid");
    CHECK(to.get("/v1/payouts?status=pending").body["data"].size() == 1);
}

TEST_CASE("sandbox business: whatever the time of day, there is money in every state",
          "[sandbox]") {
    for (int hour = 0; hour < 24; hour += 3) {
        INFO(hour);
        tollgate::base::manual_clock clock{
            tollgate::base::parse_timestamp("2026-02-28T00:30:00Z").value()};
        clock.advance(std::chrono::hours{hour});
        client to(clock.now());
        const auto payouts = to.all("/v1/payouts");
        CHECK(payouts.size() == 4);
        CHECK(payouts[0]["status"] == "pending");
        const auto balance = to.get("/v1/balance").body;
        for (const auto* part : {"available", "pending"}) {
            const auto& sums = balance[part];
            const auto usd = std::find_if(sums.begin(), sums.end(), [](const json& each) {
                return each["currency"] == "usd";
            });
            CHECK((*usd)["amount"].get<std::int64_t>() > 0);
        }
    }
}

TEST_CASE("sandbox business: charges in three currencies, some declined", "[sandbox]") {
    client to(true);
    std::map<std::string, int> currencies;
    std::set<std::string> declines;
    for (const auto& each : to.all("/v1/charges")) {
        ++currencies[each["currency"].get<std::string>()];
        if (each["status"] == "failed")
            declines.insert(each["outcome"]["reason"].get<std::string>());
    }
    CHECK(currencies["usd"] > 40);
    CHECK(currencies["eur"] > 3);
    CHECK(currencies["jpy"] > 1);
    CHECK(declines.size() >= 3);
    CHECK(to.all("/v1/customers").size() == 12);
    std::map<std::string, int> refunds;
    for (const auto& each : to.all("/v1/refunds")) ++refunds[each["customer"].get<std::string>()];
    CHECK(std::count_if(refunds.begin(), refunds.end(),
                        [](const auto& each) { return each.second >= 3; }) >= 2);
}

TEST_CASE("sandbox business: subscriptions and invoices in every state", "[sandbox]") {
    client to(true);
    std::set<std::string> states;
    for (const auto& each : to.all("/v1/subscriptions", "status=all"))
        states.insert(each["status"].get<std::string>());
    CHECK(states == std::set<std::string>{"active", "canceled", "past_due", "trialing"});
    std::set<std::string> invoices;
    for (const auto& each : to.all("/v1/invoices"))
        invoices.insert(each["status"].get<std::string>());
    CHECK(invoices == std::set<std::string>{"draft", "open", "paid", "uncollectible", "void"});
    const auto id = customer_by(to, "user@example.com")["id"].get<std::string>();
    CHECK(to.get("/v1/customers/" + id + "/subscriptions").body["data"][0]["status"] == "past_due");
    CHECK(customer_by(to, "alice@example.com")["name"] == "Alice Martin");
}

TEST_CASE("sandbox business: the same seed and clock give the same answers", "[sandbox]") {
    client one(true);
    client two(true);
    CHECK(one.get("/v1/charges?limit=100").body == two.get("/v1/charges?limit=100").body);
    const auto charges = one.all("/v1/charges");
    REQUIRE_FALSE(charges.empty());
    for (const auto& each : charges)
        CHECK(each["created"].get<std::int64_t>() <=
              tollgate::base::to_unix_ms(one.clock.now()) / 1000);
}

}  // namespace business_test
