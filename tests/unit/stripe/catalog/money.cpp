#include "stripe/catalog/money.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <map>
#include <set>

#include "stripe/catalog/members.hpp"
#include "tests/unit/stripe/answer/support.hpp"

namespace money_test {

using namespace tollgate::stripe;
using shaping::answer_rules;
using shaping::json;
using shaping::shaped;

TEST_CASE("shape money: decimals are the currency's", "[shape]") {
    CHECK(format_amount(1234, "usd") == "12.34 USD");
    CHECK(format_amount(1234, "USD") == "12.34 USD");
    CHECK(format_amount(5, "eur") == "0.05 EUR");
    CHECK(format_amount(0, "eur") == "0.00 EUR");
    CHECK(format_amount(1500, "jpy") == "1500 JPY");
    CHECK(format_amount(1234, "kwd") == "1.234 KWD");
    CHECK(format_amount(7, "tnd") == "0.007 TND");
    CHECK(format_amount(-1234, "usd") == "-12.34 USD");
    CHECK(format_amount(-5, "usd") == "-0.05 USD");
    CHECK(format_amount(-1500, "krw") == "-1500 KRW");
    for (const auto* code : {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf",
                             "vnd", "vuv", "xaf", "xof", "xpf"})
        CHECK(currency_decimals(code) == 0);
    for (const auto* code : {"bhd", "jod", "kwd", "omr", "tnd"})
        CHECK(currency_decimals(code) == 3);
}

TEST_CASE("shape money: ISK and UGX are sent with two decimals that mean nothing", "[shape]") {
    CHECK(format_amount(500, "isk") == "5 ISK");
    CHECK(format_amount(500, "ugx") == "5 UGX");
    CHECK(format_amount(550, "isk") == "5.50 ISK");
    // Payouts in HUF and TWD are whole, and sent with two decimals all the same.
    CHECK(format_amount(1000, "huf") == "10.00 HUF");
    CHECK(format_amount(80000, "twd") == "800.00 TWD");
}

TEST_CASE("shape money: what is not a currency is not rendered, and no number overflows",
          "[shape]") {
    CHECK(format_amount(100, "").empty());
    CHECK(format_amount(100, "us").empty());
    CHECK(format_amount(100, "zzz").empty());
    CHECK(format_amount(100, "<b>").empty());
    CHECK(format_amount(std::numeric_limits<std::int64_t>::min(), "usd") ==
          "-92233720368547758.08 USD");
    CHECK(format_amount(std::numeric_limits<std::int64_t>::max(), "jpy") ==
          "9223372036854775807 JPY");
}

namespace {

// Every integer of the sample objects by the name it has, divided into amounts and others: by hand,
// from Stripe's documentation.
const std::set<std::string> amounts{"amount",
                                    "amount_capturable",
                                    "amount_captured",
                                    "amount_charged",
                                    "amount_discount",
                                    "amount_due",
                                    "amount_fees",
                                    "amount_overpaid",
                                    "amount_paid",
                                    "amount_received",
                                    "amount_refunded",
                                    "amount_remaining",
                                    "amount_requested",
                                    "amount_returned",
                                    "amount_reversed",
                                    "amount_shipping",
                                    "amount_subtotal",
                                    "amount_tax",
                                    "amount_total",
                                    "balance",
                                    "discount_amount",
                                    "ending_balance",
                                    "fee",
                                    "interchange_fees_amount",
                                    "maximum_amount_capturable",
                                    "merchant_amount",
                                    "net",
                                    "net_amount",
                                    "net_total_amount",
                                    "network_fees_amount",
                                    "post_payment_amount",
                                    "post_payment_credit_notes_amount",
                                    "pre_payment_amount",
                                    "pre_payment_credit_notes_amount",
                                    "starting_balance",
                                    "subtotal",
                                    "subtotal_excluding_tax",
                                    "tax_amount_exclusive",
                                    "tax_amount_inclusive",
                                    "taxable_amount",
                                    "total",
                                    "total_excluding_tax",
                                    "total_tax_amount",
                                    "transaction_amount",
                                    "unit_amount",
                                    "unit_cost"};
// Amounts in some places only: "object name".
const std::set<std::string> amounts_in_places{"balance card",
                                              "billing.credit_grant value",
                                              "billing.credit_balance_summary value",
                                              "billing.credit_balance_transaction value",
                                              "cash_balance eur",
                                              "payment_attempt_record value",
                                              "payment_record value",
                                              "treasury.financial_account usd",
                                              "treasury.transaction cash",
                                              "treasury.transaction inbound_pending",
                                              "treasury.transaction outbound_pending",
                                              "treasury.transaction_entry cash",
                                              "treasury.transaction_entry inbound_pending",
                                              "treasury.transaction_entry outbound_pending"};

void walk(const json& value, std::string object, const std::string& holder,
          const std::string& parent, const member_facts& above,
          std::map<std::string, bool>& found) {
    if (value.is_array())
        for (const auto& each : value) walk(each, object, holder, parent, above, found);
    if (!value.is_object()) return;
    const bool typed = value.contains("object") && value["object"].is_string();
    if (typed) object = value["object"];
    for (const auto& [name, child] : value.items()) {
        auto facts = facts_of_member(object, typed ? "" : parent, name);
        if (above.by_currency && is_currency(name)) facts.amount = true;
        if (child.is_number_integer()) found[object + " " + name] = facts.amount;
        walk(child, object, holder, name, facts, found);
    }
}

}  // namespace

TEST_CASE("shape money: every amount of every sample object is known, and nothing else is one",
          "[shape]") {
    std::map<std::string, bool> found;
    for (const auto& [name, value] : shaping::samples().items())
        walk(value, name, name, "", {}, found);
    REQUIRE(found.size() > 300);
    for (const auto& [place, is_amount] : found) {
        INFO(place);
        const std::string name = place.substr(place.find(' ') + 1);
        const bool expected = amounts.contains(name) || amounts_in_places.contains(place);
        CHECK(is_amount == expected);
    }
}

TEST_CASE("shape money: the rendering stands right behind the amount", "[shape]") {
    const auto text = shaping::shaped_text(
        "get_single_stripe_refund_by_id",
        R"({"id":"re_1","object":"refund","amount":-500,"currency":"kwd","charge":"ch_1"})");
    CHECK(text.find(R"("amount":-500,"amount_formatted":"-0.500 KWD",)") != std::string::npos);
}

TEST_CASE("shape money: the currency is the object's own, else that of the one around it",
          "[shape]") {
    const std::string tool = "get_single_stripe_charge_by_id";
    const answer_rules all{.fields = {"*"}};
    const auto out = shaped(tool, R"({"id":"ch_1","object":"charge","amount":100,"currency":"usd",
        "balance_transaction":{"object":"balance_transaction","amount":90,"currency":"eur","fee":9,"net":81},
        "transfer_data":{"amount":50},
        "presentment_details":{"presentment_amount":15000,"presentment_currency":"jpy"}})",
                            all);
    CHECK(out["amount_formatted"] == "1.00 USD");
    CHECK(out["balance_transaction"]["net_formatted"] == "0.81 EUR");
    CHECK(out["transfer_data"]["amount_formatted"] == "0.50 USD");
    CHECK(out["presentment_details"]["presentment_amount_formatted"] == "15000 JPY");
    const auto none =
        shaped(tool, R"({"id":"ch_1","object":"charge","amount":100,"currency":"zzz"})");
    CHECK_FALSE(none.contains("amount_formatted"));
    const auto session = shaped("get_single_stripe_checkout_session_by_id",
                                R"({"object":"checkout.session","amount_total":100,"currency":"usd",
        "currency_conversion":{"amount_total":90,"source_currency":"eur"}})",
                                all);
    CHECK(session["currency_conversion"]["amount_total_formatted"] == "0.90 EUR");
    const auto cash =
        shaped(tool, R"({"object":"cash_balance","available":{"eur":1000,"jpy":5}})", all);
    CHECK(cash["available"]["eur_formatted"] == "10.00 EUR");
    CHECK(cash["available"]["jpy_formatted"] == "5 JPY");
    const auto price = shaped(tool, R"({"object":"price","currency":"usd","unit_amount":1,
        "currency_options":{"jpy":{"unit_amount":7,"unit_amount_decimal":"7"}}})",
                              all);
    CHECK(price["currency_options"]["jpy"]["unit_amount_formatted"] == "7 JPY");
    CHECK(price["currency_options"]["jpy"]["unit_amount_decimal"] == "7");
}

}  // namespace money_test
