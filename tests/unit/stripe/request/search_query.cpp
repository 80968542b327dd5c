#include <catch2/catch.hpp>

#include "stripe/request/own_arguments.hpp"

namespace search_query_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

const std::string charges = "search_all_stripe_charges";
const std::string customers = "search_all_stripe_customers";

base::result<own_arguments> read(const std::string& tool, const std::string& arguments) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{arguments};
    const simdjson::dom::object object = parser.parse(padded);
    return read_own_arguments(given_arguments{*find_operation(tool), object}, 20'000);
}

std::string query(const std::string& tool, const std::string& where, const std::string& more = "") {
    const auto out = read(tool, R"({"where":)" + where + more + "}");
    return out ? out->query : "refused " + out.error().code + ' ' + out.error().field;
}

std::string message(const std::string& tool, const std::string& arguments) {
    const auto out = read(tool, arguments);
    return out ? "" : out.error().code + ' ' + out.error().field + ": " + out.error().message;
}

}  // namespace

TEST_CASE("stripe search_query: clauses are typed and quoted", "[stripe]") {
    CHECK(query(charges, R"([{"field":"amount","op":">","value":1000}])") == "amount>1000");
    CHECK(query(charges, R"([{"field":"amount","op":"=","value":"1000"}])") == "amount:1000");
    CHECK(query(charges, R"([{"field":"status","op":"=","value":"failed"}])") ==
          R"(status:"failed")");
    CHECK(query(charges, R"([{"field":"status","op":"!=","value":"failed"}])") ==
          R"(-status:"failed")");
    CHECK(query(charges, R"([{"field":"refunded","op":"=","value":true}])") ==
          R"(refunded:"true")");
    CHECK(query(customers, R"([{"field":"email","op":"~","value":"exam"}])") == R"(email~"exam")");
    CHECK(query(charges, R"([{"field":"metadata.order_id","op":"=","value":"42"}])") ==
          R"(metadata["order_id"]:"42")");
    CHECK(query(charges, R"([{"field":"metadata['order id']","op":"=","value":42}])") ==
          R"(metadata["order id"]:"42")");
    CHECK(query(charges, R"([{"field":"metadata.x","op":"exists"}])") == R"(-metadata["x"]:null)");
    CHECK(query(charges, R"([{"field":"metadata.x","op":"exists","value":false}])") ==
          R"(metadata["x"]:null)");
}

TEST_CASE("stripe search_query: all is AND, any is OR, never both", "[stripe]") {
    const std::string two =
        R"([{"field":"amount","op":">=","value":1},{"field":"currency","op":"=","value":"usd"}])";
    CHECK(query(charges, two) == R"(amount>=1 AND currency:"usd")");
    CHECK(query(charges, two, R"(,"match":"all")") == R"(amount>=1 AND currency:"usd")");
    CHECK(query(charges, two, R"(,"match":"any")") == R"(amount>=1 OR currency:"usd")");
    CHECK(query(charges, two, R"(,"match":"both")") == "refused invalid_value match");
}

TEST_CASE("stripe search_query: no value leaves its quotes", "[stripe]") {
    CHECK(query(customers, R"([{"field":"name","op":"=","value":"O\"Neill\\"}])") ==
          R"(name:"O\"Neill\\")");
    CHECK(query(customers, R"([{"field":"name","op":"=","value":"x\" OR email~\"a"}])") ==
          R"(name:"x\" OR email~\"a")");
    CHECK(query(charges, R"([{"field":"metadata.a\"]:\"b","op":"=","value":"c"}])") ==
          R"(metadata["a\"]:\"b"]:"c")");
    CHECK(query(customers, R"([{"field":"name","op":"=","value":"a\nb"}])") ==
          "refused invalid_value where[0].value");
    CHECK(query(charges, R"([{"field":"amount","op":">","value":"1 OR 1"}])") ==
          "refused wrong_type where[0].value");
}

TEST_CASE("stripe search_query: what Stripe does not take is refused with what it takes",
          "[stripe]") {
    const auto unknown = message(charges, R"({"where":[{"field":"amonut","op":">","value":1}]})");
    CHECK(unknown.starts_with("unknown_field where[0].field: "));
    CHECK(unknown.find("legal fields: amount, ") != std::string::npos);
    CHECK(unknown.find("metadata.KEY") != std::string::npos);
    CHECK(query(charges, R"([{"field":"status","op":">","value":"a"}])") ==
          "refused unknown_operator where[0].op");
    CHECK(query(charges, R"([{"field":"status","op":"~","value":"abc"}])") ==
          "refused unknown_operator where[0].op");
    CHECK(query(charges, R"([{"field":"amount","op":"is","value":1}])") ==
          "refused unknown_operator where[0].op");
    CHECK(query(customers, R"([{"field":"email","op":"~","value":"ab"}])") ==
          "refused invalid_value where[0].value");
    CHECK(query(charges, R"([{"field":"amount","op":"=","value":1.5}])") ==
          "refused wrong_type where[0].value");
    CHECK(query(charges, R"([{"field":"amount","op":"="}])") ==
          "refused missing_argument where[0].value");
    CHECK(query(charges, R"([{"field":"amount","op":"=","value":1,"valu":1}])") ==
          "refused unknown_argument where[0].valu");
    CHECK(query(charges, "[]") == "refused wrong_type where");
    CHECK(query(charges, R"(["amount>1"])") == "refused wrong_type where[0]");
    std::string eleven;
    for (int i = 0; i < 11; ++i) {
        if (i > 0) eleven += ',';
        eleven += R"({"field":"amount","op":"=","value":1})";
    }
    CHECK(query(charges, '[' + eleven + ']') == "refused too_large where");
    CHECK(message(charges, R"({"query":"a","where":[]})").starts_with("invalid_value where: "));
    CHECK(message(charges, R"({"match":"any"})").starts_with("invalid_value match: "));
}

TEST_CASE("stripe own_arguments: fields and max_tokens are read, wrong ones refused", "[stripe]") {
    const std::string list = "list_all_stripe_charges";
    const auto good = read(list, R"({"fields":["default","a.b"],"max_tokens":700,"limit":3})");
    REQUIRE(good.has_value());
    CHECK(good->fields == std::vector<std::string>{"default", "a.b"});
    CHECK(good->tokens_max == 700U);
    CHECK(read(list, R"({"max_tokens":20000})")->tokens_max == 20'000U);
    CHECK(read(list, R"({"expand":["data.customer"]})")->expanded ==
          std::vector<std::string>{"data.customer"});
    CHECK(read(list, R"({"expand":"data.customer"})")->expanded.empty());
    for (const auto* bad : {R"({"max_tokens":499})", R"({"max_tokens":20001})",
                            R"({"max_tokens":-1})", R"({"max_tokens":99999999999})"})
        CHECK(message(list, bad).starts_with("invalid_value max_tokens: "));
    for (const auto* bad :
         {R"({"max_tokens":1.5})", R"({"max_tokens":null})", R"({"max_tokens":"many"})"})
        CHECK(message(list, bad).starts_with("wrong_type max_tokens: "));
    for (const auto* bad : {R"({"fields":"amount"})", R"({"fields":[1]})", R"({"fields":null})"})
        CHECK(message(list, bad).starts_with("wrong_type fields: "));
    for (const auto* bad :
         {R"({"fields":[""]})", R"({"fields":["a\u0000"]})", R"({"fields":["<b>"]})"})
        CHECK(message(list, bad).starts_with("invalid_value fields: "));
    CHECK(message(list, R"({"next_cursor":5})").starts_with("wrong_type next_cursor: "));
    CHECK(message(list, R"({"next_cursor":""})").starts_with("bad_cursor next_cursor: "));
}

TEST_CASE("stripe own_arguments: aggregate is read for lists, wrong ones refused", "[stripe]") {
    simdjson::dom::parser parser;
    const auto aggregate = [&](const std::string& tool, const std::string& arguments) {
        const simdjson::padded_string padded{arguments};
        const simdjson::dom::object object = parser.parse(padded);
        return read_aggregate(given_arguments{*find_operation(tool), object});
    };
    const std::string list = "list_all_stripe_refunds";
    const auto both = aggregate(list, R"({"aggregate":{"group_by":"reason","value":"amount"}})");
    REQUIRE(both.has_value());
    REQUIRE(both->has_value());
    CHECK((*both)->group_by == "reason");
    CHECK((*both)->value == "amount");
    CHECK(aggregate(list, R"({"aggregate":{}})")->has_value());
    CHECK_FALSE(aggregate(list, R"({"limit":1})")->has_value());
    CHECK(aggregate(list, R"({"aggregate":"reason"})").error().code == "wrong_type");
    CHECK(aggregate(list, R"({"aggregate":{"group_by":1}})").error().field == "aggregate.group_by");
    CHECK(aggregate(list, R"({"aggregate":{"by":"x"}})").error().code == "unknown_argument");
    CHECK(aggregate(charges, R"({"aggregate":{}})").error().code == "unknown_argument");
    const auto monthly =
        aggregate(list, R"({"aggregate":{"group_by":"month","value":"amount","top":3}})");
    REQUIRE(monthly.has_value());
    CHECK((*monthly)->group_by == "created");
    CHECK((*monthly)->by == time_span::month);
    CHECK((*monthly)->top == 3);
    const auto arrivals =
        aggregate("list_all_stripe_payouts", R"({"aggregate":{"group_by":"arrival_date.week"}})");
    CHECK((*arrivals)->group_by == "arrival_date");
    CHECK((*arrivals)->by == time_span::week);
    CHECK(aggregate(list, R"({"aggregate":{"group_by":"status.day"}})")
              .error()
              .message.find("'status' is not a time") != std::string::npos);
    for (const auto* top : {"0", "21", "\"x\""})
        CHECK(aggregate(list, R"({"aggregate":{"value":"amount","top":)" + std::string(top) + "}}")
                  .error()
                  .field == "aggregate.top");
    CHECK(aggregate(list, R"({"aggregate":{"top":3}})").error().field == "aggregate.value");
}

}  // namespace search_query_test
