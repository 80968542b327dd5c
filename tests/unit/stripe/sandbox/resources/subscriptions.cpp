#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace subscriptions_test {

using namespace tollgate::sandbox::test;
using namespace std::chrono_literals;

namespace {

std::string make_price(client& to) {
    return id_of(to.post("/v1/prices",
                         "currency=usd&unit_amount=4900&recurring[interval]=month&"
                         "product_data[name]=Pro"));
}

std::string make_customer(client& to, const std::string& card = "pm_card_visa") {
    return id_of(to.post("/v1/customers", "payment_method=" + card));
}

}  // namespace

TEST_CASE("sandbox subscriptions: created, paid, and the period is on the item", "[sandbox]") {
    client to;
    const auto customer = make_customer(to);
    const auto out =
        to.post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + make_price(to));
    REQUIRE(out.status == 200);
    CHECK(out.body["status"] == "active");
    CHECK_FALSE(out.body.contains("current_period_end"));
    const auto& item = out.body["items"]["data"][0];
    // From 20 November to 20 December.
    CHECK(item["current_period_end"].get<std::int64_t>() -
              item["current_period_start"].get<std::int64_t>() ==
          30 * 86400);
    const auto invoice = to.get("/v1/invoices/" + out.body["latest_invoice"].get<std::string>() +
                                "?expand[]=payments")
                             .body;
    CHECK(invoice["status"] == "paid");
    CHECK(invoice["amount_paid"] == 4900);
    CHECK(invoice["parent"]["subscription_details"]["subscription"] == out.body["id"]);
    CHECK(invoice["payments"]["data"][0]["payment"]["type"] == "payment_intent");
    CHECK(to.get("/v1/charges?customer=" + customer).body["data"][0]["amount"] == 4900);
}

TEST_CASE("sandbox subscriptions: both routes see the same ones", "[sandbox]") {
    client to;
    const auto customer = make_customer(to);
    const auto base = "/v1/customers/" + customer + "/subscriptions";
    const auto id = id_of(to.post(base, "items[0][price]=" + make_price(to)));
    CHECK(to.get(base).body["data"][0]["id"] == id);
    CHECK(to.get("/v1/subscriptions/" + id).body == to.get(base + "/" + id).body);
    const auto other = make_customer(to);
    CHECK(to.get("/v1/customers/" + other + "/subscriptions/" + id).status == 404);
    // The older route has no filter by status.
    CHECK(to.get(base + "?status=all").code() == "parameter_unknown");
}

TEST_CASE("sandbox subscriptions: cancelled at once, or at the period's end", "[sandbox]") {
    client to;
    const auto customer = make_customer(to);
    const auto price = make_price(to);
    const auto make = [&] {
        return id_of(
            to.post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=" + price));
    };
    const auto now = make();
    CHECK(to.remove("/v1/subscriptions/" + now).body["status"] == "canceled");
    CHECK(to.remove("/v1/subscriptions/" + now).status == 404);
    CHECK(to.post("/v1/subscriptions/" + now, "description=x").status == 400);
    CHECK(to.get("/v1/subscriptions").body["data"].empty());
    CHECK(to.get("/v1/subscriptions?status=canceled").body["data"].size() == 1);
    CHECK(to.get("/v1/subscriptions?status=all").body["data"].size() == 1);
    const auto later = make();
    const auto ending = to.post("/v1/subscriptions/" + later, "cancel_at_period_end=true").body;
    CHECK(ending["status"] == "active");
    CHECK(ending["cancel_at"] == ending["items"]["data"][0]["current_period_end"]);
    CHECK(to.post("/v1/subscriptions/" + later, "cancel_at_period_end=false")
              .body["cancel_at"]
              .is_null());
    to.post("/v1/subscriptions/" + later, "cancel_at_period_end=true");
    to.clock.advance(24h * 31);
    CHECK(to.get("/v1/subscriptions/" + later).body["status"] == "canceled");
}

TEST_CASE("sandbox subscriptions: trials, failing cards, missing cards", "[sandbox]") {
    client to;
    const auto price = make_price(to);
    const auto trial =
        to.post("/v1/subscriptions",
                "customer=" + make_customer(to) + "&trial_period_days=7&items[0][price]=" + price)
            .body;
    CHECK(trial["status"] == "trialing");
    CHECK(trial["items"]["data"][0]["current_period_end"] == trial["trial_end"]);
    const auto failing = make_customer(to, "pm_card_chargeCustomerFail");
    CHECK(to.post("/v1/subscriptions", "customer=" + failing + "&items[0][price]=" + price)
              .body["status"] == "incomplete");
    CHECK(to.post("/v1/subscriptions", "customer=" + failing + "&items[0][price]=" + price +
                                           "&payment_behavior=error_if_incomplete")
              .status == 402);
    const auto poor = id_of(to.post("/v1/customers"));
    CHECK(to.post("/v1/subscriptions", "customer=" + poor + "&items[0][price]=" + price).code() ==
          "resource_missing");
    CHECK(to.post("/v1/subscriptions", "customer=" + poor).param() == "items");
}

TEST_CASE("sandbox subscriptions: items change price and quantity", "[sandbox]") {
    client to;
    const auto made = to.post("/v1/subscriptions", "customer=" + make_customer(to) +
                                                       "&items[0][price]=" + make_price(to))
                          .body;
    const auto path = "/v1/subscriptions/" + made["id"].get<std::string>();
    const auto item = made["items"]["data"][0]["id"].get<std::string>();
    const auto more = to.post(path, "items[0][quantity]=3&items[0][id]=" + item).body;
    CHECK(more["items"]["data"][0]["quantity"] == 3);
    CHECK(to.post(path, "items[0][deleted]=true&items[0][id]=" + item).status == 400);
    CHECK(to.get(path).body["items"]["data"].size() == 1);
    CHECK(to.post(path, "items[0][id]=si_no&items[0][quantity]=1").code() == "resource_missing");
    CHECK(to.post(path, "items[0][quantity]=-1&items[0][id]=" + item).status == 400);
}

TEST_CASE("sandbox invoices: draft, open, paid, and what each refuses", "[sandbox]") {
    client to;
    const auto customer = make_customer(to);
    to.post("/v1/invoiceitems", "currency=usd&amount=1200&description=Help&customer=" + customer);
    to.post("/v1/invoiceitems", "currency=usd&amount=800&customer=" + customer);
    const auto draft =
        to.post("/v1/invoices", "pending_invoice_items_behavior=include&customer=" + customer).body;
    CHECK(draft["status"] == "draft");
    CHECK(draft["total"] == 2000);
    const auto path = "/v1/invoices/" + draft["id"].get<std::string>();
    CHECK(to.get(path + "/lines?limit=1").body["has_more"] == true);
    CHECK(to.post(path + "/void").status == 400);
    const auto open = to.post(path + "/finalize").body;
    CHECK(open["status"] == "open");
    CHECK(open["number"].get<std::string>().ends_with("-0001"));
    CHECK_FALSE(open["hosted_invoice_url"].is_null());
    CHECK(to.post(path + "/finalize").code() == "invoice_not_editable");
    CHECK(to.post(path, "description=x").code() == "invoice_not_editable");
    CHECK(to.post(path + "/send").status == 400);
    const auto declined = to.post(path + "/pay", "payment_method=pm_card_chargeDeclined");
    CHECK(declined.status == 402);
    CHECK(to.get(path).body["status"] == "open");
    CHECK(to.get(path).body["attempt_count"] == 1);
    const auto paid = to.post(path + "/pay").body;
    CHECK(paid["status"] == "paid");
    CHECK(paid["amount_remaining"] == 0);
    CHECK(to.post(path + "/pay").code() == "invoice_already_paid");
    CHECK(to.remove(path).status == 400);
}

}  // namespace subscriptions_test
