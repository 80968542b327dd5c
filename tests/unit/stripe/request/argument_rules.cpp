// What is refused because Stripe is known to refuse it, or to misread it.
#include <catch2/catch.hpp>

#include "stripe/listing/search_calls.hpp"
#include "stripe/request/id_kinds.hpp"
#include "stripe/request/mode_rules.hpp"

namespace argument_rules_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

struct given {
    explicit given(const std::string& text) : json(text) {
        view = parser.parse(json).get_object().value();
    }
    simdjson::padded_string json;
    simdjson::dom::parser parser;
    simdjson::dom::object view;
};

std::string id_refused(std::string_view tool, const std::string& arguments) {
    const given call{arguments};
    const auto why = id_of_another_kind(given_arguments{*find_tool(tool), call.view});
    return why ? why->message : std::string{};
}

std::string missing(const std::string& arguments) {
    const given call{arguments};
    const auto* const session = find_tool("create_a_stripe_checkout_session");
    const auto why = missing_for_mode(given_arguments{*session, call.view});
    return why ? why->message : std::string{};
}

}  // namespace

TEST_CASE("stripe argument_rules: an id of another kind is refused with the argument it is for",
          "[stripe]") {
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"pi_3N"})") ==
          "'charge' takes the id of a charge, and 'pi_3N' is the id of a payment intent; give it "
          "as 'payment_intent'");
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"ch_1"})").empty());
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"py_1"})").empty());
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"something"})").empty());
    CHECK(id_refused("get_single_stripe_charge_by_id", R"({"id":"pi_3N"})")
              .find("read that object") != std::string::npos);
    CHECK(id_refused("get_single_stripe_charge_by_id", R"({"id":"ch_3N"})").empty());
    // Merchants choose the ids of products.
    CHECK(id_refused("get_single_stripe_product_by_id", R"({"id":"pi_3N"})").empty());
}

TEST_CASE("stripe argument_rules: checkout says what its mode needs", "[stripe]") {
    CHECK(missing(R"({"mode":"payment"})").find("'line_items', 'success_url'") !=
          std::string::npos);
    CHECK(missing(R"({"mode":"subscription","success_url":"https://a.example"})")
              .find("'line_items'") != std::string::npos);
    CHECK(missing(R"({"mode":"setup","success_url":"https://a.example"})").empty());
    CHECK(missing(R"({"mode":"setup","ui_mode":"embedded_page"})").empty());
    CHECK(
        missing(R"({"mode":"payment","line_items":[],"success_url":"https://a.example"})").empty());
    CHECK(missing(R"({})").empty());
}

TEST_CASE("stripe argument_rules: an argument beside operation is told where it goes", "[stripe]") {
    const given call{R"({"operation":"list_all_stripe_charges","limit":3})"};
    const auto everything = [](const operation&) { return true; };
    const auto out = unwrap(search_tool::read, call.view, everything);
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().field == "limit");
    CHECK(out.error().message ==
          "'limit' belongs to the operation: put it into arguments, as {\"operation\": "
          "\"list_all_stripe_charges\", \"arguments\": {\"limit\": ...}}.");
}

}  // namespace argument_rules_test
