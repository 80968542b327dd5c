#include "stripe/answer/row_value.hpp"

#include <catch2/catch.hpp>

namespace row_value_test {

using namespace tollgate::stripe;

TEST_CASE("shape row_value: values, groups and currencies by dotted path", "[shape]") {
    simdjson::dom::parser parser;
    const simdjson::padded_string text{std::string_view{
        R"({"id":"re_1","amount":-500,"currency":"usd","reason":null,"status":"","paid":true,
            "big":18446744073709551615,"rate":1.5,"list":[1],"customer":{"id":"cus_1","name":"A"},
            "balance_transaction":{"amount":450,"currency":"eur","fee":{"value":7}}})"}};
    const simdjson::dom::element row = parser.parse(text);
    CHECK(integer_at(row, "amount") == -500);
    CHECK(integer_at(row, "balance_transaction.amount") == 450);
    CHECK(integer_at(row, "balance_transaction.fee.value") == 7);
    for (const auto* path : {"reason", "none", "amount.x", "list", "rate", "", ".", "customer."})
        CHECK_FALSE(integer_at(row, path).has_value());
    CHECK(group_at(row, "amount") == "-500");
    CHECK(group_at(row, "big") == "18446744073709551615");
    CHECK(group_at(row, "rate") == "1.5");
    CHECK(group_at(row, "paid") == "true");
    CHECK(group_at(row, "customer") == "cus_1");
    CHECK(group_at(row, "customer.name") == "A");
    for (const auto* path : {"reason", "status", "nothing", "list"})
        CHECK(group_at(row, path) == "none");
    CHECK(currency_at(row, "amount") == "usd");
    CHECK(currency_at(row, "balance_transaction.amount") == "eur");
    CHECK(currency_at(row, "balance_transaction.fee.value") == "eur");
    CHECK(currency_at(row, "customer.balance") == "usd");
}

}  // namespace row_value_test
