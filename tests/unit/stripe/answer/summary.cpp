#include "stripe/answer/summary.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/stripe/answer/support.hpp"

namespace summary_test {

using namespace tollgate::stripe;

namespace {

std::string said(const std::string& tool, const std::string& answer) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{answer};
    return summary_of(*find_operation(tool), parser.parse(padded));
}

}  // namespace

TEST_CASE("shape summary: a write says in words what it did, from Stripe's own answer", "[shape]") {
    CHECK(said("create_a_stripe_refund",
               R"({"id":"re_1","object":"refund","amount":500,"currency":"usd","charge":"ch_1",
                   "payment_intent":null,"status":"succeeded"})") ==
          "Refunded 5.00 USD of charge ch_1; refund re_1 is succeeded.");
    CHECK(said("create_a_stripe_refund",
               R"({"id":"re_1","object":"refund","amount":500,"currency":"jpy",
                   "payment_intent":{"id":"pi_1"},"status":"pending"})") ==
          "A refund of 500 JPY of payment pi_1; refund re_1 is pending.");
    CHECK(said("create_a_stripe_payment_intent",
               R"({"id":"pi_1","object":"payment_intent","amount":1234,"amount_received":0,
                   "currency":"kwd","status":"requires_payment_method"})") ==
          "Payment intent pi_1 of 1.234 KWD is requires_payment_method.");
    CHECK(said("create_a_stripe_transfer",
               R"({"id":"tr_1","object":"transfer","amount":100,"currency":"eur",
                   "destination":"acct_1"})") == "Transferred 1.00 EUR to acct_1; transfer tr_1.");
    CHECK(said("pay_a_stripe_invoice_by_id",
               R"({"id":"in_1","object":"invoice","total":900,"amount_paid":900,
                   "amount_remaining":0,"currency":"usd","status":"paid"})") ==
          "Invoice in_1 of 9.00 USD is paid; 9.00 USD paid.");
    CHECK(said("create_a_stripe_topup",
               R"({"id":"tu_1","object":"topup","amount":900,"currency":"usd",
                   "status":"pending"})") == "Topup tu_1 of 9.00 USD is pending.");
}

TEST_CASE("shape summary: a payment link says where it is and what its items come to", "[shape]") {
    CHECK(said("create_a_stripe_payment_link",
               R"({"id":"plink_1","object":"payment_link","currency":"usd","url":"https://buy.x/1",
                   "line_items":{"object":"list","has_more":false,"data":[{"amount_total":1500},
                   {"amount_total":500}]}})") ==
          "Payment link plink_1 for 20.00 USD is at https://buy.x/1.");
    // Where not all items are known, no amount is told.
    CHECK(said("create_a_stripe_payment_link",
               R"({"id":"plink_1","object":"payment_link","currency":"usd","url":"https://buy.x/1",
                   "line_items":{"object":"list","has_more":true,"data":[{"amount_total":1500}]}})") ==
          "Payment link plink_1 is at https://buy.x/1.");
}

TEST_CASE("shape summary: nothing is said of reads, nor of what is no money", "[shape]") {
    CHECK(said("get_single_stripe_refund_by_id",
               R"({"id":"re_1","object":"refund","amount":500,"currency":"usd"})")
              .empty());
    CHECK(said("create_a_stripe_customer", R"({"id":"cus_1","object":"customer"})").empty());
    CHECK(said("create_a_stripe_refund", R"({"id":"re_1","object":"refund"})").empty());
    CHECK(said("create_a_stripe_refund", "[]").empty());
}

TEST_CASE("shape summary: no sample object gives a sentence with a gap", "[shape]") {
    for (const auto& [name, sample] : shaping::samples().items()) {
        INFO(name);
        const auto text = said("create_a_stripe_refund", sample.dump());
        CHECK(text.find_first_of("{}|$") == std::string::npos);
        CHECK((text.empty() || text.ends_with('.')));
    }
}

}  // namespace summary_test
