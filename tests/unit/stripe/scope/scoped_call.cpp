// The data of an MCP server: what is inside, what is left of an answer, what a call may name.
#include "stripe/scope/scoped_call.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/scope/scoped_body.hpp"

namespace stripe_scope_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;
using tenancy::data_scope;

namespace {

const auto today = base::parse_timestamp("2026-11-30T10:00:00Z").value();

data_scope of_customer() {
    data_scope out;
    out.customers = {"cus_1"};
    return out;
}

data_scope of_metadata() {
    data_scope out;
    out.metadata = {{"desk", "north"}};
    return out;
}

data_limits limits_of(const data_scope& scope, std::vector<std::string> proven = {}) {
    return {{{nullptr, nullptr, &scope}}, std::move(proven), today};
}

bool inside(const data_scope& scope, std::string_view object,
            std::vector<std::string> proven = {}) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{object};
    simdjson::dom::object read;
    REQUIRE(parser.parse(padded).get(read) == simdjson::SUCCESS);
    return is_inside(read, limits_of(scope, std::move(proven)));
}

std::optional<scoped_body> narrowed(std::string_view tool, const json& body,
                                    const data_scope& scope) {
    simdjson::dom::parser parser;
    return body_inside(*find_tool(tool), body.dump(), limits_of(scope), parser);
}

struct asked {
    simdjson::dom::parser parser;
    simdjson::padded_string text;
    std::optional<given_arguments> given;

    asked(std::string_view tool, std::string_view arguments) : text(arguments) {
        simdjson::dom::object object;
        REQUIRE(parser.parse(text).get(object) == simdjson::SUCCESS);
        given.emplace(*find_tool(tool), object);
    }
    std::string outside(const data_scope& scope, std::string_view target = "/v1/x",
                        std::string_view account = {}) const {
        const auto why = outside_by_arguments({*given, target, account}, scope);
        return why ? why->reason : "";
    }
    std::string proofs(const data_scope& scope, std::string_view target = "/v1/x") const {
        const auto found = proofs_of({*given, target, {}}, scope);
        if (const auto* const why = std::get_if<tenancy::violation>(&found)) return why->reason;
        std::string out;
        for (const auto& one : std::get<std::vector<state_subject>>(found)) out += one.target + ' ';
        return out;
    }
};

}  // namespace

TEST_CASE("scope: an object is inside only if it shows it by itself") {
    const auto scope = of_customer();
    CHECK(inside(scope, R"({"object":"customer","id":"cus_1"})"));
    CHECK(inside(scope, R"({"object":"charge","id":"ch_1","customer":"cus_1"})"));
    CHECK(inside(scope, R"({"object":"charge","id":"ch_1","customer":{"id":"cus_1"}})"));
    for (const auto outside :
         {R"({"object":"customer","id":"cus_2","customer":"cus_1"})",
          R"({"object":"charge","id":"ch_1","customer":"cus_2"})",
          R"({"object":"charge","id":"ch_1","customer":null})",
          R"({"object":"charge","id":"ch_1","customer":["cus_1"]})",
          R"({"object":"charge","id":"cus_1"})", R"({"object":"product","id":"prod_1"})",
          R"({"object":"charge","id":"ch_1","metadata":{"customer":"cus_1"}})", "{}"}) {
        CAPTURE(outside);
        CHECK_FALSE(inside(scope, outside));
    }
    const auto tagged = of_metadata();
    CHECK(inside(tagged, R"({"id":"ch_1","metadata":{"desk":"north","x":"y"}})"));
    CHECK_FALSE(inside(tagged, R"({"id":"ch_1","metadata":{"desk":"south"}})"));
    CHECK_FALSE(inside(tagged, R"({"id":"ch_1","metadata":{}})"));
    CHECK_FALSE(inside(tagged, R"({"id":"ch_1","desk":"north"})"));
    data_scope recent;
    recent.days = 30;
    CHECK(inside(recent, R"({"id":"ch_1","created":1793440800})"));  // 30 days ago
    CHECK_FALSE(inside(recent, R"({"id":"ch_1","created":1793440799})"));
    CHECK_FALSE(inside(recent, R"({"id":"ch_1"})"));
    auto both = of_customer();
    both.metadata = tagged.metadata;
    CHECK_FALSE(inside(both, R"({"object":"charge","customer":"cus_1","metadata":{}})"));
    CHECK_FALSE(
        inside(both, R"({"object":"charge","customer":"cus_2","metadata":{"desk":"north"}})"));
    // An event is what it tells about; a refund is its payment's, if that was proven.
    CHECK(inside(scope,
                 R"({"object":"event","data":{"object":{"object":"charge","customer":"cus_1"}}})"));
    CHECK_FALSE(inside(
        scope, R"({"object":"event","customer":"cus_1","data":{"object":{"object":"charge"}}})"));
    CHECK_FALSE(inside(scope, R"({"object":"refund","id":"re_1","charge":"ch_1"})"));
    CHECK(inside(scope, R"({"object":"refund","id":"re_1","charge":"ch_1"})", {"ch_1"}));
}

TEST_CASE(
    "scope: rows outside are left out, and the cursor goes on after the last of Stripe's rows") {
    const json page{{"object", "list"},
                    {"has_more", true},
                    {"data",
                     {{{"id", "ch_1"}, {"object", "charge"}, {"customer", "cus_1"}, {"amount", 5}},
                      {{"id", "ch_2"}, {"object", "charge"}, {"customer", "cus_2"}},
                      {{"id", "ch_3"}, {"object", "charge"}, {"customer", nullptr}},
                      "ch_4"}}};
    const auto out = narrowed("list_all_stripe_charges", page, of_customer());
    REQUIRE(out.has_value());
    const auto shown = json::parse(out->text);
    CHECK(shown.at("data") == json::array({page.at("data").at(0)}));
    CHECK(shown.at("has_more") == true);
    CHECK(out->left_out == 3);
    const json readable{{"object", "list"},
                        {"data", {page.at("data").at(0), page.at("data").at(1)}}};
    CHECK(narrowed("list_all_stripe_charges", readable, of_customer())->last_id == "ch_2");
}

TEST_CASE("scope: a single object outside is not shown, and expanded objects outside are ids") {
    const auto get = [](const json& body, const data_scope& scope) {
        return narrowed("get_single_stripe_charge_by_id", body, scope);
    };
    CHECK_FALSE(get({{"id", "ch_1"}, {"object", "charge"}, {"customer", "cus_2"}}, of_customer()));
    const json charge{
        {"id", "ch_1"},
        {"object", "charge"},
        {"metadata", {{"desk", "north"}}},
        {"amount", 1.5},
        {"text", "\u2028 \"quoted\" \\"},
        {"card", {{"last4", "4242"}}},
        {"customer", {{"id", "cus_2"}, {"object", "customer"}, {"email", "a@example.com"}}},
        {"invoice",
         {{"id", "in_1"},
          {"object", "invoice"},
          {"metadata", {{"desk", "north"}}},
          {"subscription", {{"id", "sub_1"}, {"object", "subscription"}}}}},
        {"refunds",
         {{"object", "list"},
          {"data",
           {{{"id", "re_1"}, {"object", "refund"}, {"charge", "ch_1"}},
            {{"id", "re_2"}, {"object", "refund"}, {"charge", "ch_9"}, {"reason", "secret"}}}}}},
        {"price", {{"id", "price_1"}, {"object", "price"}, {"unit_amount", 7}}}};
    const auto out = get(charge, of_metadata());
    REQUIRE(out.has_value());
    auto expected = charge;
    expected["customer"] = "cus_2";
    expected["invoice"]["subscription"] = "sub_1";
    expected["refunds"]["data"][1] = "re_2";
    CHECK(json::parse(out->text) == expected);
    CHECK(out->reduced == 3);
}

TEST_CASE("scope: a call that names another customer anywhere is outside") {
    const auto scope = of_customer();
    CHECK(asked("list_all_stripe_charges", R"({"customer":"cus_1"})").outside(scope).empty());
    CHECK(asked("list_all_stripe_charges", "{}").outside(scope).empty());
    CHECK_FALSE(asked("list_all_stripe_charges", R"({"customer":"cus_2"})").outside(scope).empty());
    CHECK_FALSE(asked("create_a_stripe_payment_intent",
                      R"({"customer":"cus_1","metadata":{"other":"cus_2"}})")
                    .outside(scope)
                    .empty());
    CHECK(asked("create_a_stripe_payment_intent", R"({"customer":"cus_1","amount":1})")
              .outside(scope)
              .empty());
    CHECK_FALSE(asked("create_a_stripe_payment_intent", R"({"amount":1})").outside(scope).empty());
    CHECK_FALSE(
        asked("create_a_stripe_customer", R"({"email":"a@example.com"})").outside(scope).empty());
    const asked list{"list_all_stripe_charges", "{}"};
    CHECK(customer_to_add(*list.given, scope) == "cus_1");
    const asked given{"list_all_stripe_charges", R"({"customer":"cus_1"})"};
    CHECK(customer_to_add(*given.given, scope).empty());
    auto two = scope;
    two.customers = {"cus_1", "cus_2"};
    CHECK(customer_to_add(*list.given, two).empty());
}

TEST_CASE(
    "scope: what a write makes must be inside, and nothing can be taken out by its metadata") {
    const auto scope = of_metadata();
    const auto create = [&](std::string_view arguments) {
        return asked("create_a_stripe_customer", arguments).outside(scope);
    };
    CHECK(create(R"({"metadata":{"desk":"north"}})").empty());
    CHECK_FALSE(create(R"({"metadata":{"desk":"south"}})").empty());
    CHECK_FALSE(create(R"({})").empty());
    const auto update = [&](std::string_view arguments) {
        return asked("update_a_stripe_customer_by_id", arguments).outside(scope);
    };
    CHECK(update(R"({"id":"cus_1","email":"a@example.com","metadata":{"x":"y"}})").empty());
    for (const auto leaving :
         {R"({"id":"cus_1","metadata":{"desk":""}})", R"({"id":"cus_1","metadata":{"desk":null}})",
          R"({"id":"cus_1","metadata":""})", R"({"id":"cus_1","metadata":null})"}) {
        CAPTURE(leaving);
        CHECK_FALSE(update(leaving).empty());
    }
}

TEST_CASE("scope: a write says by `customer` whose data it is, and not by another name") {
    const auto write = [](const data_scope& scope, const char* arguments) {
        return asked("update_a_stripe_payment_intent_by_id", arguments).outside(scope);
    };
    const auto scope = of_customer();
    CHECK(write(scope, R"({"id":"pi_1","customer":"cus_1"})").empty());
    CHECK(write(scope, R"({"id":"pi_1"})").empty());
    for (const auto open : {R"({"id":"pi_1","customer":""})", R"({"id":"pi_1","customer":null})",
                            R"({"id":"pi_1","customer_account":"acct_1"})",
                            R"({"id":"pi_1","customer":"cus_1","customer_account":"acct_1"})"}) {
        CAPTURE(open);
        CHECK_FALSE(write(scope, open).empty());
    }
    data_scope recent;
    recent.days = 30;
    for (const auto& one : {of_metadata(), recent}) {
        CHECK(write(one, R"({"id":"pi_1","customer_account":"acct_1"})") ==
              "'customer_account' does not say whose data it is.");
        CHECK(write(one, R"({"id":"pi_1","customer":""})").empty());
    }
}

TEST_CASE("scope: the objects that a write names are read first, and must be readable") {
    const auto scope = of_customer();
    CHECK(asked("create_a_stripe_refund", R"({"charge":"ch_1"})").proofs(scope, "/v1/refunds") ==
          "/v1/charges/ch_1 ");
    CHECK(asked("update_a_stripe_customer_by_id", R"({"id":"cus_1"})")
              .proofs(scope, "/v1/customers/cus_1")
              .empty());
    CHECK(asked("update_a_stripe_customer_by_id", R"({"id":"cus_1"})")
              .proofs(of_metadata(), "/v1/customers/cus_1") == "/v1/customers/cus_1 ");
    CHECK(asked("create_a_stripe_payment_intent",
                R"({"customer":"cus_1","payment_method":"pm_1","amount":1})")
              .proofs(scope) == "/v1/payment_methods/pm_1 ");
    CHECK(asked("create_a_stripe_payment_intent",
                R"({"customer":"cus_1","metadata":{"x":"po_1"},"amount":1})")
              .proofs(scope) == "The call names an object that does not say whose data it is.");
    CHECK(asked("create_a_stripe_payment_intent",
                R"({"customer":"cus_1","metadata":{"x":"price_1"}})")
              .proofs(scope)
              .empty());
    CHECK(asked("list_all_stripe_charges", R"({"payment_intent":"pi_1"})").proofs(scope).empty());
}

TEST_CASE("scope: a call must act for the connected account of the scope") {
    data_scope scope;
    scope.connected_account = "acct_1";
    const asked list{"list_all_stripe_charges", "{}"};
    CHECK(list.outside(scope, "/v1/charges", "acct_1").empty());
    CHECK_FALSE(list.outside(scope, "/v1/charges", "acct_2").empty());
    CHECK_FALSE(list.outside(scope, "/v1/charges").empty());
}

}  // namespace stripe_scope_test
