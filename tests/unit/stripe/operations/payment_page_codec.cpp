// Payments of Stripe's as a company's customers and orders.
#include "stripe/operations/payment_page_codec.hpp"

#include <catch2/catch.hpp>

namespace payment_pages_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

const std::string page_text = R"({"object":"list","has_more":true,"data":[
 {"id":"pi_5","status":"succeeded","amount_received":4999,"currency":"usd","created":1700000500,"metadata":{"order":"A-5"},
  "customer":{"id":"cus_1","email":"Sarah@example.com","name":"Sarah","created":1690000000},
  "latest_charge":{"id":"ch_5","amount_refunded":1000}},
 {"id":"pi_4","status":"requires_payment_method","amount_received":0,"currency":"usd","created":1700000400,"customer":null},
 {"id":"pi_3","status":"succeeded","amount_received":500,"currency":"jpy","created":1700000300,"customer":null,
  "receipt_email":" Guest@example.com","latest_charge":{"billing_details":{"name":"A guest","email":"other@example.com"}}},
 {"id":"pi_2","status":"succeeded","amount_received":700,"currency":"usd","created":1700000200,"customer":null,
  "latest_charge":{"billing_details":{"email":"guest@example.com"},"amount_refunded":9000}},
 {"id":"pi_1","status":"succeeded","amount_received":700,"currency":"usd","created":1700000100,"customer":null,"latest_charge":null}
]})";

}  // namespace

TEST_CASE("stripe payment pages: paid payments are orders of their customers", "[stripe][orders]") {
    const auto page = read_payment_page(page_text, {}).value();
    CHECK(page.not_paid == 1);
    CHECK(page.no_customer == 1);
    CHECK(page.next == "pi_1");
    REQUIRE(page.orders.size() == 3);
    CHECK(page.orders[0].id == "pi_5");
    CHECK(page.orders[0].customer_id == "cus_1");
    CHECK(page.orders[0].payment_id == "pi_5");
    CHECK(page.orders[0].amount == 4999);
    CHECK(page.orders[0].refunded == 1000);
    CHECK(base::to_unix_ms(page.orders[0].created_at) == 1'700'000'500'000);
    CHECK(page.orders[1].currency == "jpy");
    // never more than was paid
    CHECK(page.orders[2].refunded == 700);
    REQUIRE(page.customers.size() == 2);
    CHECK(page.customers[0].row.stripe_customer_id == "cus_1");
    CHECK(page.customers[0].row.email == "Sarah@example.com");
    // the two payments of one address are one guest, known since the first
    CHECK(page.orders[1].customer_id == page.orders[2].customer_id);
    CHECK(page.customers[1].row.id == tenancy::guest_id("guest@example.com"));
    CHECK(page.customers[1].row.id.find("guest@") == std::string::npos);
    CHECK(page.customers[1].row.stripe_customer_id.empty());
    CHECK(base::to_unix_ms(page.customers[1].row.created_at) == 1'700'000'200'000);
}

TEST_CASE("stripe payment pages: of a deleted customer, the payment says what is known",
          "[stripe][orders]") {
    const auto page = read_payment_page(
                          R"({"data":[
 {"id":"pi_2","status":"succeeded","amount_received":5,"currency":"usd","created":1700000200,
  "customer":{"id":"cus_1","deleted":true},"receipt_email":"new@example.com","latest_charge":null},
 {"id":"pi_1","status":"succeeded","amount_received":5,"currency":"usd","created":1700000100,
  "customer":{"id":"cus_1","deleted":true},"receipt_email":"old@example.com","latest_charge":null}
 ]})",
                          {})
                          .value();
    REQUIRE(page.customers.size() == 1);
    const auto& one = page.customers[0];
    CHECK(one.row.id == "cus_1");
    CHECK(one.row.email == "new@example.com");
    CHECK(base::to_unix_ms(one.row.created_at) == 1'700'000'100'000);
    CHECK_FALSE(one.own_email);
    CHECK_FALSE(one.own_date);
    const auto usual = read_payment_page(page_text, {}).value();
    CHECK(usual.customers[0].own_email);
    CHECK(usual.customers[0].own_date);
    CHECK_FALSE(usual.customers[1].own_date);
}

TEST_CASE("stripe payment pages: an order's id may be in the metadata", "[stripe][orders]") {
    tenancy::payment_page_request what;
    what.id_key = "order";
    const auto page = read_payment_page(page_text, what).value();
    CHECK(page.orders[0].id == "A-5");
    CHECK(page.orders[0].payment_id == "pi_5");
    CHECK(page.orders[1].id == "pi_3");
}

TEST_CASE("stripe payment pages: anything but a list fails, and broken payments are left out",
          "[stripe][orders]") {
    for (const char* text : {"", "[]", "{}", R"({"data":7})", "{\"data\":[", "null"}) {
        INFO(text);
        const auto read = read_payment_page(text, {});
        REQUIRE(read.has_error());
        CHECK(read.error().code == "stripe_unavailable");
    }
    const auto odd = read_payment_page(
        R"({"has_more":true,"data":[7,null,{"id":9,"status":"succeeded"},{"status":"succeeded","amount_received":1e99}]})",
        {});
    REQUIRE(odd.has_value());
    CHECK(odd->not_paid == 4);
    CHECK(odd->next.empty());
}

}  // namespace payment_pages_test
