#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace expand_test {

using namespace tollgate::sandbox::test;

TEST_CASE("sandbox expand: without it there are ids only", "[sandbox]") {
    client to(true);
    const auto charge = to.get("/v1/charges?limit=1").body["data"][0];
    CHECK(charge["customer"].is_string());
    CHECK_FALSE(charge.contains("refunds"));
    const auto id = charge["customer"].get<std::string>();
    CHECK_FALSE(to.get("/v1/customers/" + id).body.contains("subscriptions"));
}

TEST_CASE("sandbox expand: ids become objects, in lists behind data", "[sandbox]") {
    client to(true);
    const auto list =
        to.get("/v1/charges?limit=3&expand[0]=data.customer&expand[1]=data.refunds").body;
    REQUIRE(list["data"].size() == 3);
    for (const auto& charge : list["data"]) {
        CHECK(charge["customer"]["object"] == "customer");
        CHECK(charge["refunds"]["object"] == "list");
    }
    const auto deep = to.get("/v1/refunds?limit=1&expand[]=data.payment_intent.customer");
    CHECK(deep.body["data"][0]["payment_intent"]["customer"]["object"] == "customer");
}

TEST_CASE("sandbox expand: objects inside objects are passed through", "[sandbox]") {
    client to(true);
    const auto id = to.get("/v1/subscriptions?limit=1").body["data"][0]["id"].get<std::string>();
    const auto out = to.get("/v1/subscriptions/" + id + "?expand[]=items.data.price.product");
    REQUIRE(out.status == 200);
    CHECK(out.body["items"]["data"][0]["price"]["product"]["object"] == "product");
    // A list's items are behind "data", and in a list of subscriptions that is one level too many.
    CHECK(to.get("/v1/subscriptions/" + id + "?expand[]=items.price.product").status == 400);
    CHECK(to.get("/v1/subscriptions?expand[]=data.items.data.price.product").status == 400);
    const auto dispute = to.get("/v1/disputes?limit=1&expand[]=data.balance_transactions.source");
    CHECK(dispute.body["data"][0]["balance_transactions"][0]["source"]["object"] == "dispute");
}

TEST_CASE("sandbox expand: writes can expand too", "[sandbox]") {
    client to;
    const auto id = id_of(to.post("/v1/customers", "name=Ada"));
    const auto intent = to.post("/v1/payment_intents",
                                "amount=1000&currency=usd&payment_method=pm_card_visa&"
                                "confirm=true&customer=" +
                                    id + "&expand[0]=customer&expand[1]=latest_charge");
    CHECK(intent.body["customer"]["name"] == "Ada");
    CHECK(intent.body["latest_charge"]["status"] == "succeeded");
}

TEST_CASE("sandbox expand: a wrong path is refused before anything is done", "[sandbox]") {
    client to;
    const auto wrong = to.post("/v1/customers", "name=Ada&expand[]=email");
    CHECK(wrong.status == 400);
    CHECK(wrong.body["error"]["message"] == "This property cannot be expanded (email).");
    CHECK(to.all("/v1/customers").empty());
    // Lists are checked even when they are empty.
    CHECK(to.get("/v1/charges?expand[]=data.nothing").status == 400);
    CHECK(to.get("/v1/charges?expand[]=customer")
              .body["error"]["message"]
              .get<std::string>()
              .find("'data.customer'") != std::string::npos);
    const auto deep =
        to.get("/v1/refunds?expand[]=data.payment_intent.latest_charge.customer.default_source");
    CHECK(deep.body["error"]["message"].get<std::string>().rfind(
              "You cannot expand more than 4 levels", 0) == 0);
}

}  // namespace expand_test
