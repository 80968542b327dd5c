#include "stripe/request/encoder.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

namespace encoder_test {

using namespace tollgate::stripe;
using tollgate::base::errc;
using tollgate::base::result;

namespace {

result<encoded_request> call(std::string_view tool, const std::string& arguments) {
    const auto* to = find_tool(tool);
    REQUIRE(to != nullptr);
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    REQUIRE(parser.parse(arguments).get(object) == simdjson::SUCCESS);
    return encode(*to, object);
}

std::string target(std::string_view tool, const std::string& arguments) {
    const auto request = call(tool, arguments);
    INFO(arguments);
    if (!request) FAIL(request.error().message);
    CHECK(request->body.empty());
    return request->target;
}

std::string body(std::string_view tool, const std::string& arguments) {
    const auto request = call(tool, arguments);
    INFO(arguments);
    if (!request) FAIL(request.error().message);
    CHECK(request->target.find('?') == std::string::npos);
    return request->body;
}

struct refusal {
    std::string code;
    std::string field;
    std::string message;
};

refusal refused(std::string_view tool, const std::string& arguments) {
    const auto request = call(tool, arguments);
    INFO(arguments);
    REQUIRE(request.has_error());
    CHECK(request.error().kind == errc::invalid_argument);
    return {request.error().code, request.error().field, request.error().message};
}

constexpr auto customer = "create_a_stripe_customer";
constexpr auto update = "update_a_stripe_customer_by_id";
constexpr auto checkout = "create_a_stripe_checkout_session";
constexpr auto charges = "list_all_stripe_charges";
constexpr auto refund = "create_a_stripe_charge_refund";
constexpr auto intent = "create_a_stripe_payment_intent";

}  // namespace

TEST_CASE("stripe encoder: flat arguments go to path, query and body", "[stripe]") {
    CHECK(target("get_single_stripe_balance_by_id", "{}") == "/v1/balance");
    CHECK(target("get_single_stripe_charge_by_id", R"({"expand":["customer"],"id":"ch_1"})") ==
          "/v1/charges/ch_1?expand[0]=customer");
    CHECK(target("delete_a_stripe_customer_by_id", R"({"id":"cus_1"})") == "/v1/customers/cus_1");
    const auto request = call(refund, R"({"charge_id":"ch_1","amount":1500})");
    REQUIRE(request.has_value());
    CHECK(request->method == http_method::post);
    CHECK(request->target == "/v1/charges/ch_1/refunds");
    CHECK(request->body == "amount=1500");
    CHECK(request->operation_key.empty());
}

TEST_CASE("stripe encoder: nesting is written in indexed brackets", "[stripe]") {
    CHECK(body(checkout, R"({"mode":"payment","line_items":[{"price_data":{"currency":"usd",
        "product_data":{"name":"A & B"},"unit_amount":1500},"quantity":2},{"price":"price_1"}],
        "metadata":{"order id":"é"}})") ==
          "mode=payment&line_items[0][price_data][currency]=usd"
          "&line_items[0][price_data][product_data][name]=A%20%26%20B"
          "&line_items[0][price_data][unit_amount]=1500&line_items[0][quantity]=2"
          "&line_items[1][price]=price_1&metadata[order%20id]=%C3%A9");
}

TEST_CASE("stripe encoder: integers are exact and never have an exponent", "[stripe]") {
    const auto amount = [](const std::string& json) {
        return body(refund, R"({"charge_id":"ch_1","amount":)" + json + "}");
    };
    CHECK(amount("1000000") == "amount=1000000");
    CHECK(amount("1e6") == "amount=1000000");
    CHECK(amount("1500.0") == "amount=1500");
    CHECK(amount("\"1500\"") == "amount=1500");
    CHECK(amount("-1") == "amount=-1");
    CHECK(amount("9223372036854775807") == "amount=9223372036854775807");
    for (const auto* wrong : {"15.5", "\"15.5\"", "\"1e3\"", "\" 15\"", "\"+15\"", "\"015\"",
                              "true", "[]", "{}", "1e300", "\"abc\""}) {
        const auto why =
            refused(refund, std::string(R"({"charge_id":"ch_1","amount":)") + wrong + "}");
        CHECK((why.code == "wrong_type" || why.code == "invalid_value"));
        CHECK(why.field == "amount");
        CHECK(why.message.find("whole number") != std::string::npos);
    }
}

TEST_CASE("stripe encoder: decimals keep their text, numbers have no exponent", "[stripe]") {
    const auto price = [](const std::string& json) {
        return body("create_a_stripe_price",
                    R"({"currency":"usd","unit_amount_decimal":)" + json + "}");
    };
    CHECK(price("\"0.10\"") == "currency=usd&unit_amount_decimal=0.10");
    CHECK(price("7") == "currency=usd&unit_amount_decimal=7");
    const auto why =
        refused("create_a_stripe_price", R"({"currency":"usd","unit_amount_decimal":0.1})");
    CHECK(why.message ==
          "'unit_amount_decimal' must be a decimal number as a string, not a number");
    CHECK(body("create_a_stripe_coupon", R"({"duration":"once","percent_off":0.00001})") ==
          "duration=once&percent_off=0.00001");
}

TEST_CASE("stripe encoder: booleans, and strings that spell them", "[stripe]") {
    CHECK(body(update, R"({"id":"cus_1","validate":true})") == "validate=true");
    CHECK(body(update, R"({"id":"cus_1","validate":"false"})") == "validate=false");
    CHECK(refused(update, R"({"id":"cus_1","validate":1})").message ==
          "'validate' must be true or false, not a number");
    CHECK(body(intent, R"({"amount":1,"currency":"usd","confirm":true,"off_session":true})") ==
          "amount=1&currency=usd&confirm=true&off_session=true");
    CHECK(body(intent, R"({"amount":1,"currency":"usd","off_session":"recurring"})") ==
          "amount=1&currency=usd&off_session=recurring");
}

TEST_CASE("stripe encoder: ranges take bounds or one value", "[stripe]") {
    CHECK(target(charges, R"({"created":{"gte":1,"lt":2}})") ==
          "/v1/charges?created[gte]=1&created[lt]=2");
    CHECK(target(charges, R"({"created":1704067200})") == "/v1/charges?created=1704067200");
    CHECK(refused(charges, R"({"created":{"after":1}})").field == "created.after");
    CHECK(refused(charges, R"({"created":{}})").code == "invalid_value");
    CHECK(refused(charges, R"({"created":{"gte":"soon"}})").field == "created.gte");
    CHECK(refused(charges, R"({"created":"yesterday"})").code == "invalid_value");
}

TEST_CASE("stripe encoder: an empty string, null or empty array clears where Stripe allows it",
          "[stripe]") {
    CHECK(body(update, R"({"id":"c","metadata":""})") == "metadata=");
    CHECK(body(update, R"({"id":"c","metadata":null})") == "metadata=");
    CHECK(body(update, R"({"id":"c","metadata":{"k":""}})") == "metadata[k]=");
    CHECK(body(update, R"({"id":"c","metadata":{"k":null}})") == "metadata[k]=");
    CHECK(body(update, R"({"id":"c","shipping":""})") == "shipping=");
    CHECK(body(update, R"({"id":"c","name":""})") == "name=");
    CHECK(body(update, R"({"id":"c","invoice_settings":{"custom_fields":[]}})") ==
          "invoice_settings[custom_fields]=");
    CHECK(refused(update, R"({"id":"c","balance":""})").code == "invalid_value");
    CHECK(refused(update, R"({"id":"c","balance":null})").message ==
          "'balance' cannot be null; leave it out instead");
    CHECK(refused(update, R"({"id":"c","preferred_locales":[]})").code == "invalid_value");
    CHECK(refused(update, R"({"id":"c","metadata":{}})").code == "invalid_value");
    CHECK(refused(update, R"({"id":"c","shipping":{}})").code == "invalid_value");
}

TEST_CASE("stripe encoder: unknown arguments are refused with the nearest name", "[stripe]") {
    auto why = refused(charges, R"({"custmer":"cus_1"})");
    CHECK(why.code == "unknown_argument");
    CHECK(why.field == "custmer");
    CHECK(why.message == "unknown argument 'custmer'; did you mean 'customer'?");
    why = refused(checkout, R"({"line_items":[{"price":"p"},{"price_data":{"curency":"usd"}}]})");
    CHECK(why.field == "line_items[1].price_data.curency");
    CHECK(why.message ==
          "unknown argument 'line_items[1].price_data.curency'; did you mean 'currency'?");
    CHECK(refused(charges, R"({"starting_after":"ch_1"})").message ==
          "unknown argument 'starting_after'; did you mean 'next_cursor'?");
    CHECK(refused("list_all_stripe_disputes", R"({"status":"needs_response"})").message ==
          "unknown argument 'status'; known are charge, created, expand, limit, payment_intent, "
          "next_cursor");
    CHECK(refused("get_single_stripe_balance_by_id", R"({"id":"x"})").code == "unknown_argument");
    CHECK(refused(charges, R"({"Customer":"cus_1"})").message ==
          "unknown argument 'Customer'; did you mean 'customer'?");
    CHECK(refused(charges, "{\"" + std::string(5000, 'x') + "\":1}").message.size() < 300);
    CHECK(refused(charges, R"({"":1})").code == "unknown_argument");
}

TEST_CASE("stripe encoder: all that is missing is named at once", "[stripe]") {
    const auto why = refused(intent, R"({"description":"x"})");
    CHECK(why.code == "missing_argument");
    CHECK(why.message == "missing required arguments 'amount', 'currency'");
    CHECK(refused(refund, "{}").message == "missing required argument 'charge_id'");
    CHECK(refused(update, R"({"id":"c","shipping":{"phone":"1"}})").message ==
          "missing required arguments 'shipping.address', 'shipping.name'");
}

// A slash in an id would make the request reach another endpoint.
TEST_CASE("stripe encoder: ids cannot leave their segment", "[stripe]") {
    const auto id = [](const std::string& json) { return std::string(R"({"id":)") + json + "}"; };
    constexpr auto get = "get_single_stripe_charge_by_id";
    for (const auto* wrong : {"\"\"", "\"ch_1/refunds\"", "\"..\"", "\".\"", "\"a?b\"", "\"a#b\"",
                              "\"a\\\\b\"", "\"a\\nb\"", "\"\\u0000\"", "\"\\u007f\""}) {
        const auto why = refused(get, id(wrong));
        CHECK(why.code == "invalid_value");
        CHECK(why.field == "id");
    }
    CHECK(refused(get, id("\"" + std::string(256, 'x') + "\"")).code == "invalid_value");
    CHECK(refused(get, id("5")).code == "wrong_type");
    CHECK(refused(get, id("null")).code == "wrong_type");
    CHECK(target(get, id("\"ch 1%2F\"")) == "/v1/charges/ch%201%252F");
}

TEST_CASE("stripe encoder: next_cursor becomes Stripe's own cursor", "[stripe]") {
    CHECK(target(charges, R"({"next_cursor":"ch_9","limit":20})") ==
          "/v1/charges?starting_after=ch_9&limit=20");
    CHECK(target("search_all_stripe_customers", R"({"query":"a:'b'","next_cursor":"x=="})") ==
          "/v1/customers/search?query=a%3A%27b%27&page=x%3D%3D");
    CHECK(refused(charges, R"({"next_cursor":""})").code == "invalid_value");
    CHECK(refused(charges, R"({"next_cursor":null})").code == "wrong_type");
}

TEST_CASE("stripe encoder: limit is from 1 to 100", "[stripe]") {
    CHECK(target(charges, R"({"limit":100})") == "/v1/charges?limit=100");
    CHECK(target(charges, R"({"limit":"1"})") == "/v1/charges?limit=1");
    for (const auto* wrong : {"0", "101", "-1", "1000", "200"})
        CHECK(refused(charges, std::string(R"({"limit":)") + wrong + "}").message ==
              "'limit' must be from 1 to 100");
    CHECK(refused(charges, R"({"limit":"many"})").code == "wrong_type");
}

// The key becomes an HTTP header.
TEST_CASE("stripe encoder: an operation key is taken out of the arguments", "[stripe]") {
    const auto request = call(customer, R"({"operation_key":"order-42","name":"A"})");
    REQUIRE(request.has_value());
    CHECK(request->operation_key == "order-42");
    CHECK(request->body == "name=A");
    for (const auto* wrong : {"\"\"", "\"a b\"", "\"a\\r\\nX: y\"", "\"é\"", "7", "null"}) {
        const auto why = refused(customer, std::string(R"({"operation_key":)") + wrong + "}");
        CHECK(why.field == "operation_key");
    }
    CHECK(refused(customer, R"({"operation_key":")" + std::string(256, 'k') + "\"}").code ==
          "invalid_value");
    CHECK(refused(charges, R"({"operation_key":"k"})").code == "unknown_argument");
    const auto deletion =
        call("delete_a_stripe_customer_by_id", R"({"id":"cus_1","operation_key":"k"})");
    CHECK(deletion->operation_key == "k");
}

TEST_CASE("stripe encoder: idempotency_key is another name of operation_key", "[stripe]") {
    CHECK(call(customer, R"({"idempotency_key":"order-42"})")->operation_key == "order-42");
    CHECK(call(customer, R"({"idempotency_key":"a","operation_key":"a"})")->operation_key == "a");
    const auto why = refused(customer, R"({"idempotency_key":"a","operation_key":"b"})");
    CHECK(why.code == "invalid_value");
    CHECK(refused(charges, R"({"idempotency_key":"k"})").code == "unknown_argument");
}

TEST_CASE("stripe encoder: Stripe's limits on metadata are told before the call", "[stripe]") {
    const auto entries = [](std::size_t number) {
        std::string out;
        for (std::size_t i = 0; i < number; ++i)
            out += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"v\"";
        return R"({"metadata":{)" + out + "}}";
    };
    CHECK(call(customer, entries(50)).has_value());
    CHECK(refused(customer, entries(51)).code == "too_large");
    const auto one = [](const std::string& key, const std::string& value) {
        return R"({"metadata":{")" + key + "\":\"" + value + "\"}}";
    };
    CHECK(call(customer, one(std::string(40, 'k'), std::string(500, 'v'))).has_value());
    CHECK(refused(customer, one(std::string(41, 'k'), "v")).code == "too_large");
    CHECK(refused(customer, one("k", std::string(501, 'v'))).code == "too_large");
    CHECK(refused(customer, one("a[b]", "v")).code == "invalid_value");
    CHECK(refused(customer, one("", "v")).code == "invalid_value");
    CHECK(refused(customer, R"({"metadata":{"k":{"deep":1}}})").field == "metadata.k");
    CHECK(body(customer, R"({"metadata":{"n":42,"b":true}})") == "metadata[n]=42&metadata[b]=true");
}

TEST_CASE("stripe encoder: strings have a length, and requests a size", "[stripe]") {
    CHECK(refused(customer, R"({"description":")" + std::string(5001, 'x') + "\"}").code ==
          "too_large");
    std::string items;
    for (int i = 0; i < 200; ++i)
        items += (i == 0 ? "" : ",") + std::string(R"({"price_data":{"currency":"usd",)") +
                 R"("product_data":{"name":"n","description":")" + std::string(4000, 'x') + "\"}}}";
    CHECK(refused(checkout, R"({"line_items":[)" + items + "]}").code == "too_large");
}

TEST_CASE("stripe encoder: wrong types are told with what is expected", "[stripe]") {
    CHECK(refused(customer, R"({"email":5})").message == "'email' must be a string, not a number");
    CHECK(refused(charges, R"({"expand":"customer"})").message ==
          "'expand' must be an array of strings, not a string");
    CHECK(refused(customer, R"({"address":"Main St 1"})").message ==
          "'address' must be an object, not a string");
    CHECK(refused(customer, R"({"metadata":["a"]})").message ==
          "'metadata' must be an object of names and values, not an array");
    CHECK(refused(charges, R"({"expand":["a",5]})").field == "expand[1]");
}

// Stripe adds values faster than catalogues are rebuilt.
TEST_CASE("stripe encoder: enums are open unless the caller closes them", "[stripe]") {
    CHECK(body(checkout, R"({"mode":"a_new_mode"})") == "mode=a_new_mode");
    CHECK(target(charges, R"({"expand":["data.a.b.c"]})") == "/v1/charges?expand[0]=data.a.b.c");
    const auto closed = [](const std::string& text) {
        simdjson::dom::parser parser;
        const simdjson::padded_string json{text};
        return encode(*find_tool(checkout), parser.parse(json).get_object().value(),
                      accepted_parameters::documented, {}, listed_values::closed);
    };
    CHECK(closed(R"({"mode":"payment"})").has_value());
    const auto wrong = closed(R"({"mode":"paymnet"})");
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().code == "invalid_value");
    CHECK(wrong.error().message ==
          "'mode' cannot be 'paymnet'; did you mean 'payment'? Allowed: payment, setup, "
          "subscription");
}

// Models read epochs wrong and write them wrong.
TEST_CASE("stripe encoder: times are ISO dates, ISO times or Unix seconds", "[stripe]") {
    CHECK(target(charges, R"({"created":{"gte":"2026-11-15","lt":1794787200}})") ==
          "/v1/charges?created[gte]=1794700800&created[lt]=1794787200");
    CHECK(target(charges, R"({"created":{"gte":"2026-11-15T10:00:00Z"}})") ==
          "/v1/charges?created[gte]=1794736800");
    CHECK(target(charges, R"({"created":{"gte":"2026-11-15T12:00:00+02:00"}})") ==
          "/v1/charges?created[gte]=1794736800");
    CHECK(target(charges, R"({"created":"2026-11-15T10:00"})") == "/v1/charges?created=1794736800");
    const auto* const renew = "update_a_stripe_subscription_by_id";
    CHECK(body(renew, R"({"id":"sub_1","trial_end":"2026-11-15"})") == "trial_end=1794700800");
    CHECK(body(renew, R"({"id":"sub_1","trial_end":"now"})") == "trial_end=now");
    const auto bare = refused(charges, R"({"created":{"gte":20261115}})");
    CHECK(bare.field == "created.gte");
    CHECK(bare.message ==
          "'created.gte' is 20261115, which as Unix seconds is a day of 1970; if 2026-11-15 is "
          "meant, give \"2026-11-15\"");
    CHECK(refused(charges, R"({"created":{"gte":"20261115"}})").code == "invalid_value");
    CHECK(refused(charges, R"({"created":{"gte":"2026-02-30"}})").code == "invalid_value");
    CHECK(refused(charges, R"({"created":{"gte":"yesterday"}})").code == "invalid_value");
    CHECK(refused(charges, R"({"created":{"gte":true}})").code == "wrong_type");
}

TEST_CASE("stripe encoder: what a tool does not show it does not take, unless told to",
          "[stripe]") {
    const auto* to = find_tool(charges);
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    REQUIRE(parser.parse(std::string(R"({"ending_before":"ch_1"})")).get(object) ==
            simdjson::SUCCESS);
    CHECK(encode(*to, object).error().code == "unknown_argument");
    const auto all = encode(*to, object, accepted_parameters::all);
    REQUIRE(all.has_value());
    CHECK(all->target == "/v1/charges?ending_before=ch_1");
}

}  // namespace encoder_test
