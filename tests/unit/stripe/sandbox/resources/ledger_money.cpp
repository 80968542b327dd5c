// The invariants of money: nothing is made or lost.
#include <catch2/catch.hpp>

#include <map>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace money_test {

using namespace tollgate::sandbox::test;
using namespace std::chrono_literals;

namespace {

void check_balance(client& to) {
    std::map<std::string, std::int64_t> available;
    std::map<std::string, std::int64_t> pending;
    const auto rows = to.all("/v1/balance_transactions");
    REQUIRE_FALSE(rows.empty());
    for (const auto& row : rows) {
        CHECK(row["net"] == row["amount"].get<std::int64_t>() - row["fee"].get<std::int64_t>());
        auto& sums = row["status"] == "available" ? available : pending;
        sums[row["currency"].get<std::string>()] += row["net"].get<std::int64_t>();
    }
    const auto balance = to.get("/v1/balance").body;
    for (const auto& [state, sums] : {std::pair{"available", &available}, {"pending", &pending}}) {
        std::map<std::string, std::int64_t> shown;
        for (const auto& part : balance[state])
            shown[part["currency"].get<std::string>()] = part["amount"].get<std::int64_t>();
        INFO(state);
        REQUIRE_FALSE(shown.empty());
        for (const auto& [currency, amount] : shown) CHECK(amount == (*sums)[currency]);
        CHECK(shown.size() == sums->size());  // no sum is left out
    }
}

void check_charges(client& to) {
    std::map<std::string, std::int64_t> refunded;
    const auto refunds = to.all("/v1/refunds");
    REQUIRE_FALSE(refunds.empty());
    for (const auto& row : refunds)
        refunded[row["charge"].get<std::string>()] += row["amount"].get<std::int64_t>();
    const auto rows = to.all("/v1/charges");
    REQUIRE_FALSE(rows.empty());
    for (const auto& row : rows) {
        const auto id = row["id"].get<std::string>();
        INFO(id);
        CHECK(row["amount_refunded"] == refunded[id]);
        CHECK(row["amount_refunded"].get<std::int64_t>() <= row["amount"].get<std::int64_t>());
        CHECK(row["refunded"] == (row["amount_refunded"] == row["amount"]));
        CHECK((row["status"] == "failed") == row["balance_transaction"].is_null());
    }
}

std::string charge(client& to, const std::string& more) {
    return id_of(to.post("/v1/charges", "amount=2000&currency=usd&source=tok_visa" + more));
}

}  // namespace

TEST_CASE("sandbox money: the balance is the sum of its transactions", "[sandbox]") {
    client to(true);
    check_balance(to);
    check_charges(to);
    for (int i = 0; i < 5; ++i) {
        to.clock.advance(24h);
        check_balance(to);
    }
}

TEST_CASE("sandbox money: a payout is the sum of its transactions", "[sandbox]") {
    client to(true);
    const auto payouts = to.all("/v1/payouts");
    CHECK(payouts.size() == 4);
    for (const auto& payout : payouts) {
        std::int64_t parts = 0;
        std::int64_t all = 0;
        const auto id = payout["id"].get<std::string>();
        for (const auto& row : to.all("/v1/balance_transactions", "payout=" + id)) {
            all += row["net"].get<std::int64_t>();
            if (row["type"] != "payout") parts += row["net"].get<std::int64_t>();
        }
        CHECK(parts == payout["amount"]);
        CHECK(all == 0);
    }
}

TEST_CASE("sandbox money: refunds take what is left and no more", "[sandbox]") {
    client to;
    const auto id = charge(to, "");
    const auto part = to.post("/v1/refunds", "charge=" + id + "&amount=1500");
    CHECK(part.body["amount"] == 1500);
    CHECK(part.body["status"] == "succeeded");
    CHECK_FALSE(part.body["balance_transaction"].is_null());
    const auto over = to.post("/v1/charges/" + id + "/refunds", "amount=501");
    CHECK(over.status == 400);
    CHECK(over.body["error"]["message"] ==
          "Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)");
    CHECK(to.post("/v1/charges/" + id + "/refunds").body["amount"] == 500);
    const auto again = to.post("/v1/refunds", "charge=" + id);
    CHECK(again.code() == "charge_already_refunded");
    CHECK(to.get("/v1/charges/" + id).body["refunded"] == true);
    CHECK(to.get("/v1/charges/" + id + "/refunds").body["data"].size() == 2);
    check_balance(to);
    check_charges(to);
}

TEST_CASE("sandbox money: a refund needs a charge that was paid", "[sandbox]") {
    client to;
    CHECK(to.post("/v1/refunds").code() == "parameter_missing");
    CHECK(to.post("/v1/refunds", "charge=ch_no").code() == "resource_missing");
    const auto failed =
        to.post("/v1/charges", "amount=2000&currency=usd&source=tok_chargeDeclined");
    const auto id = failed.body["error"]["charge"].get<std::string>();
    CHECK(to.post("/v1/refunds", "charge=" + id).status == 400);
    CHECK(to.post("/v1/refunds", "charge=" + charge(to, "") + "&amount=0").status == 400);
    CHECK(to.post("/v1/refunds", "charge=" + charge(to, "") + "&amount=-5").status == 400);
}

TEST_CASE("sandbox money: disputes take money and give it back when won", "[sandbox]") {
    client to;
    const auto id =
        id_of(to.post("/v1/charges", "amount=2000&currency=usd&source=tok_createDispute"));
    const auto dispute = to.get("/v1/disputes?charge=" + id).body["data"][0];
    CHECK(dispute["status"] == "needs_response");
    CHECK(dispute["amount"] == 2000);
    CHECK(to.post("/v1/refunds", "charge=" + id).code() == "charge_disputed");
    const auto path = "/v1/disputes/" + dispute["id"].get<std::string>();
    const auto staged = to.post(path, "evidence[customer_name]=Ada&submit=false").body;
    CHECK(staged["status"] == "needs_response");
    CHECK(staged["evidence"]["customer_name"] == "Ada");
    const auto won = to.post(path, "evidence[uncategorized_text]=winning_evidence").body;
    CHECK(won["status"] == "won");
    CHECK(won["balance_transactions"].size() == 2);
    CHECK(to.post(path + "/close").status == 400);
    check_balance(to);
}

TEST_CASE("sandbox money: a payout by hand needs available money", "[sandbox]") {
    client to;
    charge(to, "");
    CHECK(to.post("/v1/payouts", "amount=1000&currency=usd").code() == "balance_insufficient");
    to.clock.advance(72h);
    const auto payout = to.post("/v1/payouts", "amount=1000&currency=usd").body;
    CHECK(payout["status"] == "pending");
    const auto id = payout["id"].get<std::string>();
    CHECK(to.get("/v1/balance_transactions?payout=" + id).status == 400);
    check_balance(to);
    CHECK(to.post("/v1/payouts/" + id + "/cancel").body["status"] == "canceled");
    CHECK(to.post("/v1/payouts/" + id + "/cancel").status == 400);
    check_balance(to);
    const auto next = id_of(to.post("/v1/payouts", "amount=1000&currency=usd"));
    to.clock.advance(72h);
    CHECK(to.get("/v1/payouts/" + next).body["status"] == "paid");
    check_balance(to);
}

}  // namespace money_test
