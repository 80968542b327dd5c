#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace payments_test {

using namespace tollgate::sandbox::test;

TEST_CASE("sandbox payments: an intent goes from creation to success", "[sandbox]") {
    client to;
    const auto made = to.post("/v1/payment_intents", "amount=1500&currency=usd").body;
    CHECK(made["status"] == "requires_payment_method");
    const auto path = "/v1/payment_intents/" + made["id"].get<std::string>();
    CHECK(to.post(path + "/confirm").code() == "payment_intent_unexpected_state");
    CHECK(to.post(path, "payment_method=pm_card_visa").body["status"] == "requires_confirmation");
    const auto paid = to.post(path + "/confirm").body;
    CHECK(paid["status"] == "succeeded");
    CHECK(paid["amount_received"] == 1500);
    const auto charge = to.get("/v1/charges/" + paid["latest_charge"].get<std::string>()).body;
    CHECK(charge["payment_intent"] == made["id"]);
    CHECK(charge["payment_method_details"]["card"]["last4"] == "4242");
    CHECK(to.post(path + "/cancel").status == 400);
    CHECK(to.post(path, "amount=1").status == 400);
}

TEST_CASE("sandbox payments: a decline is 402 and leaves a failed charge", "[sandbox]") {
    client to;
    const auto out = to.post("/v1/payment_intents",
                             "amount=1500&currency=usd&confirm=true&payment_method="
                             "pm_card_chargeDeclinedInsufficientFunds");
    CHECK(out.status == 402);
    const auto& error = out.body["error"];
    CHECK(error["type"] == "card_error");
    CHECK(error["code"] == "card_declined");
    CHECK(error["decline_code"] == "insufficient_funds");
    CHECK(error["payment_intent"]["status"] == "requires_payment_method");
    CHECK(error["payment_intent"]["last_payment_error"]["decline_code"] == "insufficient_funds");
    const auto charge = to.get("/v1/charges/" + error["charge"].get<std::string>()).body;
    CHECK(charge["status"] == "failed");
    CHECK(charge["failure_code"] == "card_declined");
    // Another card saves it.
    const auto id = error["payment_intent"]["id"].get<std::string>();
    const auto again =
        to.post("/v1/payment_intents/" + id + "/confirm", "payment_method=pm_card_visa");
    CHECK(again.body["status"] == "succeeded");
    CHECK(again.body["last_payment_error"].is_null());
}

TEST_CASE("sandbox payments: every declining token declines with its code", "[sandbox]") {
    client to;
    const std::pair<const char*, const char*> tokens[] = {
        {"tok_chargeDeclined", "generic_decline"},
        {"tok_visa_chargeDeclined", "generic_decline"},
        {"tok_chargeDeclinedLostCard", "lost_card"},
        {"tok_chargeDeclinedStolenCard", "stolen_card"},
        {"tok_chargeDeclinedFraudulent", "fraudulent"},
        {"tok_chargeDeclinedExpiredCard", ""},
        {"tok_chargeDeclinedIncorrectCvc", ""},
        {"tok_chargeDeclinedProcessingError", ""}};
    for (const auto& [token, decline] : tokens) {
        INFO(token);
        const auto out =
            to.post("/v1/charges", std::string("amount=1000&currency=usd&source=") + token);
        CHECK(out.status == 402);
        CHECK(out.body["error"].value("decline_code", "") == decline);
        CHECK_FALSE(out.code().empty());
    }
    CHECK(to.post("/v1/charges", "amount=1000&currency=usd&source=tok_no").param() == "source");
}

TEST_CASE("sandbox payments: authorised money is captured or let go", "[sandbox]") {
    client to;
    const auto hold = [&] {
        return id_of(to.post("/v1/payment_intents",
                             "amount=2000&currency=usd&capture_method=manual&confirm=true&"
                             "payment_method=pm_card_visa"));
    };
    const auto path = "/v1/payment_intents/" + hold();
    CHECK(to.get(path).body["amount_capturable"] == 2000);
    CHECK(to.get("/v1/balance_transactions").body["data"].empty());
    CHECK(to.post(path + "/capture", "amount_to_capture=2001").code() == "amount_too_large");
    const auto captured = to.post(path + "/capture", "amount_to_capture=1200").body;
    CHECK(captured["amount_received"] == 1200);
    CHECK(to.get("/v1/balance_transactions").body["data"][0]["amount"] == 1200);
    CHECK(to.post(path + "/capture").status == 400);
    const auto canceled =
        to.post("/v1/payment_intents/" + hold() + "/cancel", "cancellation_reason=abandoned");
    CHECK(canceled.body["status"] == "canceled");
    CHECK(to.get("/v1/balance_transactions").body["data"].size() == 1);
}

TEST_CASE("sandbox payments: charges by token, customer and later capture", "[sandbox]") {
    client to;
    const auto customer = id_of(to.post("/v1/customers", "payment_method=pm_card_mastercard"));
    const auto paid = to.post("/v1/charges", "amount=900&currency=eur&customer=" + customer).body;
    CHECK(paid["status"] == "succeeded");
    CHECK(paid["payment_method_details"]["card"]["brand"] == "mastercard");
    const auto held =
        id_of(to.post("/v1/charges", "amount=900&currency=usd&capture=false&source=tok_visa"));
    CHECK(to.post("/v1/charges/" + held + "/capture").body["captured"] == true);
    CHECK(to.post("/v1/charges/" + held + "/capture").code() == "charge_already_captured");
    CHECK(to.post("/v1/charges", "amount=900&currency=usd").status == 400);
    const auto nobody = id_of(to.post("/v1/customers"));
    CHECK(to.post("/v1/charges", "amount=900&currency=usd&customer=" + nobody).status == 402);
}

TEST_CASE("sandbox payments: amounts and currencies have their bounds", "[sandbox]") {
    client to;
    CHECK(to.post("/v1/payment_intents", "amount=0&currency=usd").status == 400);
    CHECK(to.post("/v1/payment_intents", "amount=49&currency=usd").code() == "amount_too_small");
    CHECK(to.post("/v1/payment_intents", "amount=100000000&currency=usd").code() ==
          "amount_too_large");
    CHECK(to.post("/v1/payment_intents", "amount=100&currency=xyz").param() == "currency");
    CHECK(to.post("/v1/payment_intents", "amount=50&currency=jpy").status == 200);
}

TEST_CASE("sandbox payments: of three decimals the last one is 0", "[sandbox]") {
    client to;
    CHECK(to.post("/v1/payment_intents", "amount=159&currency=kwd").code() == "amount_too_small");
    CHECK(to.post("/v1/payment_intents", "amount=1505&currency=kwd").param() == "amount");
    const auto paid = to.post("/v1/charges", "amount=1500&currency=kwd&source=tok_visa");
    REQUIRE(paid.status == 200);
    const auto charge = "charge=" + id_of(paid);
    CHECK(to.post("/v1/refunds", charge + "&amount=205").param() == "amount");
    CHECK(to.post("/v1/refunds", charge + "&amount=200").status == 200);
    const auto more = to.post("/v1/refunds", charge + "&amount=1310");
    const auto said = more.body["error"]["message"].get<std::string>();
    CHECK(said.find("(KWD 1.310) is greater") != std::string::npos);
    CHECK(said.find("(KWD 1.300)") != std::string::npos);
}

TEST_CASE("sandbox payments: cards are attached to one customer and detached", "[sandbox]") {
    client to;
    const auto one = id_of(to.post("/v1/customers"));
    const auto two = id_of(to.post("/v1/customers"));
    const auto card = id_of(to.post("/v1/payment_methods", "type=card&card[token]=tok_visa"));
    const auto path = "/v1/payment_methods/" + card;
    CHECK(to.post(path + "/attach", "customer=" + one).body["customer"] == one);
    CHECK(to.post(path + "/attach", "customer=" + two).status == 400);
    CHECK(to.get("/v1/customers/" + one + "/payment_methods").body["data"].size() == 1);
    CHECK(to.post(path + "/detach").body["customer"].is_null());
    CHECK(to.post(path + "/detach").status == 400);
    CHECK(to.post("/v1/payment_methods/pm_card_chargeDeclined/attach", "customer=" + one).status ==
          402);
    CHECK(to.post("/v1/payment_methods",
                  "type=card&card[number]=4242424242424242&card[exp_month]="
                  "1&card[exp_year]=2030&card[cvc]=1")
              .status == 400);
}

TEST_CASE("sandbox payments: a checkout session sums its lines and has a URL", "[sandbox]") {
    client to;
    const std::string line =
        "line_items[0][quantity]=2&line_items[0][price_data][currency]=usd&line_items[0]"
        "[price_data][unit_amount]=25000&line_items[0][price_data][product_data][name]=Onboarding";
    const auto made =
        to.post("/v1/checkout/sessions", "mode=payment&success_url=https://example.com/ok&" + line);
    REQUIRE(made.status == 200);
    CHECK(made.body["amount_total"] == 50000);
    CHECK(made.body["url"].get<std::string>().rfind("https://", 0) == 0);
    const auto path = "/v1/checkout/sessions/" + id_of(made);
    CHECK(to.get(path + "/line_items").body["data"][0]["description"] == "Onboarding");
    CHECK(to.post(path + "/expire").body["status"] == "expired");
    CHECK(to.post(path + "/expire").status == 400);
    CHECK(to.post("/v1/checkout/sessions", line).param() == "mode");
    CHECK(to.post("/v1/checkout/sessions", "mode=payment&" + line).param() == "success_url");
    CHECK(to.post("/v1/checkout/sessions", "mode=payment&success_url=https://e.com").param() ==
          "line_items");
    CHECK(to.post("/v1/checkout/sessions", "mode=subscription&success_url=https://e.com&" + line)
              .status == 400);
    to.clock.advance(std::chrono::hours{25});
    const auto open = to.get("/v1/checkout/sessions?status=open").body["data"];
    CHECK(open.empty());
}

TEST_CASE("sandbox payments: a payment link keeps its lines", "[sandbox]") {
    client to;
    const auto price =
        id_of(to.post("/v1/prices", "currency=usd&unit_amount=500&product_data[name]=Sticker"));
    const auto link =
        to.post("/v1/payment_links", "line_items[0][quantity]=3&line_items[0][price]=" + price);
    REQUIRE(link.status == 200);
    const auto path = "/v1/payment_links/" + id_of(link);
    CHECK_FALSE(link.body.contains("line_items"));
    CHECK(to.get(path + "?expand[]=line_items").body["line_items"]["data"][0]["quantity"] == 3);
    CHECK(to.post(path, "active=false").body["active"] == false);
    CHECK(to.get("/v1/payment_links?active=true").body["data"].empty());
}

}  // namespace payments_test
