#include "stripe/request/amount_rules.hpp"

#include <catch2/catch.hpp>

namespace amount_rules_test {

using namespace tollgate::stripe;

namespace {

std::string refused(const std::string& tool, const std::string& arguments) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{arguments};
    const simdjson::dom::object object = parser.parse(padded);
    const auto why = wrong_amount(given_arguments{*find_operation(tool), object});
    if (!why) return {};
    CHECK(why->code == "bad_amount");
    return why->field + ": " + why->message;
}

const std::string intent = "create_a_stripe_payment_intent";
const std::string session = "create_a_stripe_checkout_session";

}  // namespace

TEST_CASE("stripe amount_rules: zero, negative and fractional amounts are refused", "[stripe]") {
    CHECK(refused(intent, R"({"amount":500,"currency":"usd"})").empty());
    CHECK(refused(intent, R"({"amount":"500","currency":"usd"})").empty());
    CHECK(refused(intent, R"({"amount":0,"currency":"usd"})").starts_with("amount: 'amount' is 0"));
    CHECK(refused(intent, R"({"amount":-5,"currency":"usd"})").find("negative") !=
          std::string::npos);
    CHECK(refused(intent, R"({"amount":5.5,"currency":"usd"})").find("5.5 usd is 550") !=
          std::string::npos);
    CHECK(refused(intent, R"({"amount":"12.34","currency":"EUR"})").find("12.34 eur is 1234") !=
          std::string::npos);
    CHECK(refused(intent, R"({"amount":5.0,"currency":"jpy"})").find("5.0 jpy is 5") !=
          std::string::npos);
    CHECK(refused(intent, R"({"amount":1.2345,"currency":"usd"})").find("whole number") !=
          std::string::npos);
    CHECK(refused("create_a_stripe_refund", R"({"charge":"ch_1","amount":0})") != "");
    CHECK(refused("create_a_stripe_payout", R"({"amount":-1,"currency":"usd"})") != "");
    // Another type is the encoder's business.
    CHECK(refused(intent, R"({"amount":"many"})").empty());
    CHECK(refused(intent, R"({"amount":null})").empty());
}

TEST_CASE("stripe amount_rules: what a price, a credit or a balance may be is let through",
          "[stripe]") {
    CHECK(refused("create_a_stripe_price", R"({"currency":"usd","unit_amount":0})").empty());
    CHECK(refused("create_a_stripe_price", R"({"currency":"usd","unit_amount":-1})") != "");
    CHECK(refused("create_a_stripe_invoiceitem", R"({"customer":"cus_1","amount":-500})").empty());
    CHECK(refused("create_a_stripe_customer_balance_transaction",
                  R"({"customer_id":"cus_1","amount":-500,"currency":"usd"})")
              .empty());
    CHECK(refused("create_a_stripe_customer_balance_transaction",
                  R"({"customer_id":"cus_1","amount":0,"currency":"usd"})") != "");
    CHECK(refused("create_a_stripe_customer", R"({"balance":-100})").empty());
    CHECK(refused("create_a_stripe_customer", R"({"balance":0})").empty());
    // Reads have ranges, not amounts.
    CHECK(refused("list_all_stripe_charges", R"({"limit":0})").empty());
}

TEST_CASE("stripe amount_rules: amounts are found at any depth, with their path", "[stripe]") {
    const std::string items =
        R"({"line_items":[{"quantity":1,"price_data":{"currency":"usd","unit_amount":19.99}}]})";
    const auto why = refused(session, items);
    CHECK(why.starts_with("line_items[0].price_data.unit_amount: "));
    CHECK(why.find("19.99 usd is 1999") != std::string::npos);
    CHECK(refused(session, R"({"line_items":[{"price_data":{"currency":"usd","unit_amount":0}}]})")
              .empty());
    CHECK(refused(session,
                  R"({"line_items":[{"price_data":{"currency":"usd","unit_amount":-1}}]})") != "");
}

TEST_CASE("stripe amount_rules: a currency's own rules", "[stripe]") {
    CHECK(refused(intent, R"({"amount":550,"currency":"isk"})").find("multiple of 100") !=
          std::string::npos);
    CHECK(refused(intent, R"({"amount":500,"currency":"ISK"})").empty());
    CHECK(refused(intent, R"({"amount":1234,"currency":"kwd"})").find("end in 0") !=
          std::string::npos);
    CHECK(refused(intent, R"({"amount":1230,"currency":"kwd"})").empty());
    CHECK(refused("create_a_stripe_payout", R"({"amount":1045,"currency":"huf"})") != "");
    CHECK(refused("create_a_stripe_payout", R"({"amount":1000,"currency":"huf"})").empty());
    CHECK(refused(intent, R"({"amount":1045,"currency":"huf"})").empty());
}

}  // namespace amount_rules_test
