// Who is let in, what is not there, and failures on demand.
#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace errors_test {

using namespace tollgate::sandbox::test;

TEST_CASE("sandbox errors: without a key, and with a wrong one, it is 401", "[sandbox]") {
    client to;
    to.key = "";
    CHECK(to.get("/v1/balance").status == 401);
    to.key = "rk_test_abcdefgh1234";
    const auto out = to.get("/v1/balance");
    CHECK(out.status == 401);
    CHECK(out.body["error"]["message"] == "Invalid API Key provided: rk_test_********1234");
    CHECK(out.body["error"]["type"] == "invalid_request_error");
    CHECK(out.header("WWW-Authenticate") == "Basic realm=\"Stripe\"");
}

TEST_CASE("sandbox errors: a live key is refused, even a configured one", "[sandbox]") {
    tollgate::base::manual_clock clock{tollgate::base::from_unix_ms(1'700'000'000'000)};
    tollgate::sandbox::sandbox box{clock, {"sk_live_abcdefgh1234", "test", false}};
    tollgate::base::http_request request;
    request.method = "GET";
    request.path = request.target = "/v1/balance";
    request.headers.push_back({"Authorization", "Bearer sk_live_abcdefgh1234"});
    const auto out = box.handle(request);
    CHECK(out.status == 401);
    CHECK(out.body.find("never send a live key here") != std::string::npos);
    CHECK(out.body.find("abcdefgh") == std::string::npos);
}

TEST_CASE("sandbox errors: Basic with the key as the user name works", "[sandbox]") {
    client to;
    to.key = "";
    // rk_test_configured1234:
    const headers basic{{"Authorization", "Basic cmtfdGVzdF9jb25maWd1cmVkMTIzNDo="}};
    CHECK(to.send("GET", "/v1/balance", {}, basic).status == 200);
    to.key = "sk_test_sandbox_anything";
    CHECK(to.get("/v1/balance").status == 200);
}

TEST_CASE("sandbox errors: a read-only key reads and does not write", "[sandbox]") {
    client to;
    to.key = "rk_test_sandbox_readonly_1";
    CHECK(to.get("/v1/charges").status == 200);
    const auto out = to.post("/v1/charges", "amount=100&currency=usd");
    CHECK(out.status == 403);
    const auto message = out.body["error"]["message"].get<std::string>();
    CHECK(message.find("does not have the required permissions for this endpoint") !=
          std::string::npos);
    CHECK(message.find("'rak_charge_write' permission would allow") != std::string::npos);
}

TEST_CASE("sandbox errors: a key with chosen permissions does what they say", "[sandbox]") {
    client to;
    to.key = "rk_test_sandbox_only__charge_read__customer_write__invoice_read__any_name";
    const auto refused = [](const auto& out, const std::string& permission) {
        const auto message = out.body["error"]["message"].template get<std::string>();
        return out.status == 403 && !out.body["error"].contains("code") &&
               message.find("Having the '" + permission + "' permission would allow") !=
                   std::string::npos;
    };
    CHECK(to.get("/v1/charges").status == 200);
    CHECK(to.get("/v1/refunds").status == 200);
    CHECK(to.get("/v1/customers").status == 200);  // writing includes reading
    CHECK(to.post("/v1/customers", "name=Ada").status == 200);
    CHECK(refused(to.post("/v1/refunds", "charge=ch_1"), "rak_charge_write"));
    CHECK(refused(to.get("/v1/payouts"), "rak_payout_read"));
    CHECK(refused(to.get("/v1/prices"), "rak_plan_read"));
    CHECK(to.get("/v1/invoices").status == 200);
    // Permissions come before objects and parameters.
    CHECK(refused(to.get("/v1/payouts/po_no"), "rak_payout_read"));
    CHECK(refused(to.post("/v1/charges/ch_no", "wrong=1"), "rak_charge_write"));
    CHECK(to.post("/v1/customers/cus_no", "").status == 404);
    to.key = "rk_test_sandbox_only__nothing";
    CHECK(refused(to.get("/v1/balance"), "rak_balance_read"));
    // What Stripe grants with another permission.
    to.key = "rk_test_sandbox_only__payment_intent_write";
    CHECK(to.get("/v1/products").status == 200);
    CHECK(refused(to.post("/v1/products", "name=x"), "rak_product_write"));
}

TEST_CASE("sandbox errors: unknown ids, paths and operations", "[sandbox]") {
    client to;
    const auto missing = to.get("/v1/customers/cus_no");
    CHECK(missing.status == 404);
    CHECK(missing.code() == "resource_missing");
    CHECK(missing.body["error"]["message"] == "No such customer: 'cus_no'");
    const auto param = to.post("/v1/payment_intents", "amount=100&currency=usd&customer=cus_no");
    CHECK(param.status == 400);
    CHECK(param.param() == "customer");
    CHECK(to.get("/v1/nothing").status == 404);
    CHECK(to.send("PUT", "/v1/charges").status == 404);
    const auto quotes = to.get("/v1/quotes");
    CHECK(quotes.status == 404);
    CHECK(quotes.code() == "sandbox_not_supported");
    CHECK(quotes.body["error"]["message"].get<std::string>().find("payment intents") !=
          std::string::npos);
}

TEST_CASE("sandbox errors: another account is forbidden", "[sandbox]") {
    client to;
    const auto out = to.send("GET", "/v1/balance", {}, {{"Stripe-Account", "acct_other"}});
    CHECK(out.status == 403);
    CHECK(out.code() == "account_invalid");
}

TEST_CASE("sandbox errors: every answer carries the id and the version", "[sandbox]") {
    client to;
    const auto one = to.get("/v1/balance");
    const auto two = to.get("/v1/nothing");
    CHECK(one.header("Request-Id").rfind("req_", 0) == 0);
    CHECK(one.header("Request-Id") != two.header("Request-Id"));
    CHECK_FALSE(one.header("Stripe-Version").empty());
    const auto pinned = to.send("GET", "/v1/balance", {}, {{"Stripe-Version", "2026-01-28.x"}});
    CHECK(pinned.header("Stripe-Version") == "2026-01-28.x");
}

TEST_CASE("sandbox errors: planned failures come once each, where they were planned", "[sandbox]") {
    client to;
    REQUIRE(to.post("/_sandbox/fail",
                    R"({"status":429,"reason":"endpoint-rate","times":2,"retry_after":3,)"
                    R"("path":"/v1/charges"})")
                .status == 200);
    CHECK(to.get("/v1/balance").status == 200);
    const auto first = to.get("/v1/charges");
    CHECK(first.status == 429);
    CHECK(first.header("Stripe-Rate-Limited-Reason") == "endpoint-rate");
    CHECK(first.header("Retry-After") == "3");
    CHECK(first.code() == "rate_limit");
    CHECK(to.get("/v1/charges").status == 429);
    CHECK(to.get("/v1/charges").status == 200);
    for (const int status : {401, 403, 404, 409, 500, 503}) {
        to.post("/_sandbox/fail", "{\"status\":" + std::to_string(status) + "}");
        CHECK(to.get("/v1/balance").status == static_cast<unsigned>(status));
    }
    for (const auto* bad : {"", "[]", "{\"status\":200}", "{\"staus\":500}",
                            "{\"status\":500,\"times\":0}", "{\"status\":429,\"reason\":\"a b\"}"})
        CHECK(to.post("/_sandbox/fail", bad).status == 400);
    CHECK(to.get("/v1/balance").status == 200);
}

TEST_CASE("sandbox errors: reset starts anew, and needs a key", "[sandbox]") {
    client to;
    to.post("/v1/customers", "name=Ada");
    to.key = "";
    CHECK(to.post("/_sandbox/reset").status == 401);
    to.key = "rk_test_sandbox";
    CHECK(to.all("/v1/customers").size() == 1);
    CHECK(to.post("/_sandbox/reset").status == 200);
    CHECK(to.all("/v1/customers").empty());
}

}  // namespace errors_test
